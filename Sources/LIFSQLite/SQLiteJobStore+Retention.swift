public import Foundation
import GRDB
public import LIFModel
public import LIFWorkflow

/// What need not be kept any longer.
extension SQLiteJobStore {
    public func withExpiredData(
        finishedBefore: Date?, acknowledgedBefore: Date?, limit: Int
    ) async throws -> [JobID] {
        try await database.load { database in
            let byEnd = try finishedBefore.map { date in
                try Self.ids(
                    """
                    SELECT id FROM job WHERE finished_at IS NOT NULL AND is_data_removed = 0 AND finished_at < ?
                    ORDER BY finished_at LIMIT ?
                    """, [date.column, limit], database)
            }
            let byAcknowledgement = try acknowledgedBefore.map { date in
                try Self.ids(
                    """
                    SELECT id FROM job WHERE acknowledged_at IS NOT NULL AND is_data_removed = 0 AND acknowledged_at < ?
                    ORDER BY acknowledged_at LIMIT ?
                    """, [date.column, limit], database)
            }
            var known: Set<JobID> = []
            return Array(((byEnd ?? []) + (byAcknowledgement ?? [])).filter { known.insert($0).inserted }.prefix(limit))
        }
    }

    public func markDataRemoved(_ jobs: [JobID]) async throws {
        if jobs.isEmpty { return }
        try await database.store { database in
            try database.change(
                """
                UPDATE job SET is_data_removed = 1
                WHERE id IN (SELECT value FROM json_each(?)) AND final_status IS NOT NULL
                """, [jobs.json])
        }
    }

    public func finished(before date: Date, limit: Int) async throws -> [JobID] {
        try await database.load { database in
            try Self.ids(
                """
                SELECT id FROM job WHERE finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at LIMIT ?
                """, [date.column, limit], database)
        }
    }

    public func remove(_ jobs: [JobID]) async throws {
        if jobs.isEmpty { return }
        try await database.store { database in
            try database.change(
                """
                DELETE FROM job_source WHERE job_position IN (
                    SELECT position FROM job WHERE id IN (SELECT value FROM json_each(?)))
                """, [jobs.json])
            try database.change("DELETE FROM job WHERE id IN (SELECT value FROM json_each(?))", [jobs.json])
        }
    }

    private static func ids(_ sql: String, _ arguments: StatementArguments, _ database: Database) throws -> [JobID] {
        try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: arguments).compactMap { $0.id(0) }
    }
}
