public import Foundation
import GRDB
public import LIFJournal
public import LIFModel

/// The logs of runs.
extension SQLiteJournal {
    private static let entriesAtOnce = 2_000

    /// See ``Journal/log(_:removingBefore:limit:)``.
    public func log(_ entries: [RunLogEntry], removingBefore date: Date?, limit: Int) async throws -> Int {
        try await database.store { database in
            for entry in entries {
                try database.change(
                    "INSERT INTO job_log (job_id, at, level, event, task, attempt, message) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        entry.run.text, entry.at.column, entry.level, entry.event, entry.task, entry.attempt,
                        entry.message,
                    ])
            }
            guard let date else { return 0 }
            return try database.change(
                "DELETE FROM job_log WHERE position IN (SELECT position FROM job_log WHERE at < ? ORDER BY at LIMIT ?)",
                [date.column, max(limit, 0)])
        }
    }

    /// See ``Journal/log(of:limit:)``.
    public func log(of run: RunID, limit: Int) async throws -> [RunLogEntry] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT at, level, event, task, attempt, message FROM job_log WHERE job_id = ?
                    ORDER BY position DESC LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [run.text, max(limit, 0)]).reversed().map { row in
                RunLogEntry(
                    run: run, at: row.date(0) ?? .distantPast, level: row[1], event: row[2], task: row[3],
                    attempt: row[4], message: row[5])
            }
        }
    }

    func removeLogs(of runs: [RunID]) async throws {
        for run in runs {
            // Step by step, so that other writers come in between.
            while try await database.store({ database in
                try database.change(
                    "DELETE FROM job_log WHERE position IN (SELECT position FROM job_log WHERE job_id = ? LIMIT ?)",
                    [run.text, Self.entriesAtOnce]) == Self.entriesAtOnce
            }) {}
        }
    }
}
