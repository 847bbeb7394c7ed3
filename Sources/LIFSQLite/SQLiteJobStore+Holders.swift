public import Foundation
import GRDB
public import LIFModel
public import LIFWorkflow

/// Who holds a job, and how it ends.
extension SQLiteJobStore {
    public func claim(for holder: HolderID, living: Set<HolderID>, limit: Int) async throws -> [Job] {
        try await database.store { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(Job.columns), position FROM job
                    WHERE final_status IS NULL AND holder NOT IN (SELECT value FROM json_each(?))
                    ORDER BY accepted_at, position
                    """)
            var claimed: [(job: Job, position: Int64)] = []
            let rows = try Row.fetchCursor(statement, arguments: [living.json])
            while claimed.count < limit, let row = try rows.next() {
                guard var job = try? Job(row: row) else { continue }
                (job.holder, job.fence) = (holder, job.fence + 1)
                claimed.append((job, row["position"]))
            }
            for (job, position) in claimed {
                try database.change(
                    "UPDATE job SET holder = ?, fence = ? WHERE position = ?", [holder.text, job.fence, position])
            }
            return claimed.map(\.job)
        }
    }

    public func held(by holder: HolderID) async throws -> [Job] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(Job.columns) FROM job WHERE final_status IS NULL AND holder = ?
                    ORDER BY accepted_at, position
                    """)
            return try Row.fetchAll(statement, arguments: [holder.text]).compactMap { try? Job(row: $0) }
        }
    }

    public func cancel(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await database.store { database in
            let isCancelled =
                try database.change(
                    """
                    UPDATE job SET cancelled_at = coalesce(cancelled_at, ?), fence = fence + 1, holder = ?
                    WHERE id = ? AND final_status IS NULL
                    """, [date.column, holder.text, id.text]) > 0
            return isCancelled ? try Self.job(id, database) : nil
        }
    }

    public func fail(_ id: JobID, _ failure: Failure, fence: Int) async throws -> Job? {
        try await database.store { database in
            let isNoted =
                try database.change(
                    """
                    UPDATE job SET engine_reason = ?, engine_message = ?, engine_attempts = ?
                    WHERE id = ? AND final_status IS NULL AND fence <= ?
                    """, Optional(failure).columns + [id.text, fence]) > 0
            return isNoted ? try Self.job(id, database) : nil
        }
    }

    public func reopen(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await database.store { database in
            let isReopened =
                try database.change(
                    """
                    UPDATE job SET finished_at = NULL, final_status = NULL, acknowledged_at = NULL, cancelled_at = NULL,
                        engine_reason = NULL, engine_message = NULL, engine_attempts = NULL, fence = fence + 1,
                        holder = ?, started_at = ?
                    WHERE id = ? AND final_status IS NOT NULL AND is_data_removed = 0
                    """, [holder.text, date.column, id.text]) > 0
            return isReopened ? try Self.job(id, database) : nil
        }
    }

    public func finish(_ id: JobID, status: JobStatus, fence: Int, at date: Date) async throws -> Bool {
        guard status.isFinal else { return false }
        return try await database.store { database in
            try database.change(
                """
                UPDATE job SET finished_at = ?, final_status = ?
                WHERE id = ? AND final_status IS NULL AND fence <= ?
                """, [date.column, status.rawValue, id.text, fence]) > 0
        }
    }

    public func acknowledge(_ id: JobID, at date: Date) async throws -> Bool {
        try await database.store { database in
            try database.change(
                """
                UPDATE job SET acknowledged_at = coalesce(acknowledged_at, ?)
                WHERE id = ? AND final_status IS NOT NULL
                """, [date.column, id.text]) > 0
        }
    }
}
