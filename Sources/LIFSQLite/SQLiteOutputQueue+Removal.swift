import GRDB
public import LIFModel
public import LIFWorkflow

/// Removing: in steps of some outcomes each, so that the other writers of the store come in between. What is not finished
/// when the process ends is to be asked for again.
extension SQLiteOutputQueue {
    /// How far a removal has come: all before are done.
    private struct Place: Sendable {
        var job = 0
        /// Of the job's last outcome that is done.
        var position: Int64 = 0
    }

    private static let outcomesAtOnce = 64

    public func removeData(of jobs: [JobID]) async throws {
        try await remove(jobs) { position, database in
            try database.change("UPDATE outcome SET fragments = NULL WHERE position = ?", [position])
        } finish: { job, database in
            try database.change("DELETE FROM task_output WHERE job_id = ?", [job.text])
        }
    }

    public func remove(_ jobs: [JobID]) async throws {
        try await remove(jobs) { position, database in
            try database.change("DELETE FROM outcome WHERE position = ?", [position])
        } finish: { job, database in
            for table in ["outcome", "task_output", "output_job"] {
                try database.change("DELETE FROM \(table) WHERE job_id = ?", [job.text])
            }
        }
    }

    private func remove(
        _ jobs: [JobID], outcome: @escaping @Sendable (Int64, Database) throws -> Void,
        finish: @escaping @Sendable (JobID, Database) throws -> Void
    ) async throws {
        var next = Place()
        while next.job < jobs.count {
            let start = next
            next = try await database.store { database in
                var (place, room) = (start, Self.outcomesAtOnce)
                while place.job < jobs.count, room > 0 {
                    let job = jobs[place.job]
                    // First: whoever reads meanwhile is not given a part of what there was.
                    if place.position == 0 { try Self.markDataRemoved(job, database) }
                    let positions = try Self.positions(of: job, after: place.position, limit: room, database)
                    for position in positions { try outcome(position, database) }
                    if positions.count < room {
                        try finish(job, database)
                        place = Place(job: place.job + 1)
                    } else {
                        place.position = positions.last ?? place.position
                    }
                    room -= max(positions.count, 1)
                }
                return place
            }
        }
    }

    private static func positions(
        of job: JobID, after position: Int64, limit: Int, _ database: Database
    ) throws -> [Int64] {
        let statement = try database.cachedStatement(
            sql: "SELECT position FROM outcome WHERE job_id = ? AND position > ? ORDER BY position LIMIT ?")
        return try Int64.fetchAll(statement, arguments: [job.text, position, limit])
    }

    /// Only of a job that the queue knows.
    private static func markDataRemoved(_ job: JobID, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO output_job (job_id, fence, is_data_removed)
            SELECT ?1, 0, 1 WHERE EXISTS (SELECT 1 FROM outcome WHERE job_id = ?1)
                OR EXISTS (SELECT 1 FROM output_job WHERE job_id = ?1)
            ON CONFLICT (job_id) DO UPDATE SET is_data_removed = 1
            """, [job.text])
    }
}
