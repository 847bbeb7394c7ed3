import Foundation
import GRDB
public import LIFJournal
public import LIFModel

/// What need not be kept any longer. That it is gone is noted at once; it is removed after that in steps, so that the other writers
/// of the store come in between. What a process that dies leaves is removed by the next call.
extension SQLiteJournal {
    private static let notedAtOnce = 500
    private static let removedAtOnce = 1_000
    /// Of parts' data: what is removed is overwritten, and written twice, in the log and in the file.
    private static let bytesAtOnce = 4 << 20

    /// The oldest first, by the date that is compared; those that are only due by their
    /// acknowledgement come after those that are due by their end.
    func expired(_ filter: RunFilter, _ expiry: RunExpiry) async throws -> [JournalRun] {
        let questions: [(column: String, condition: String, date: Date?)] =
            switch expiry {
            case .data(let ended, let acknowledged):
                [
                    ("ended_at", "ending IS NOT NULL AND kept = 'all'", ended),
                    ("acknowledged_at", "acknowledged_at IS NOT NULL AND kept = 'all'", acknowledged),
                ]
            case .run(let ended, let onlyWithoutData):
                [("ended_at", "ending IS NOT NULL" + (onlyWithoutData ? " AND kept <> 'all'" : ""), ended)]
            case .accepted(let date): [("accepted_at", "accepted_at IS NOT NULL", date)]
            }
        return try await database.load { database in
            var known: Set<RunID> = []
            var found: [JournalRun] = []
            for question in questions {
                guard let date = question.date else { continue }
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT \(JournalRun.columns(document: filter.document)) FROM run
                        WHERE kind = ? AND \(question.condition) AND \(question.column) < ?
                        ORDER BY \(question.column) LIMIT ?
                        """)
                let rows = try Row.fetchAll(
                    statement, arguments: [filter.kind?.rawValue, date.column, max(filter.limit, 0)])
                found += rows.compactMap { try? JournalRun(row: $0) }.filter { known.insert($0.id).inserted }
            }
            return Array(found.prefix(max(filter.limit, 0)))
        }
    }

    /// Marks the runs first, 500 in a transaction, so that nobody reads them any more; then deletes rows and data in small steps
    /// (1,000 rows or 4 MiB), so that other writers come in between.
    ///
    /// Cancellation is not looked for; what a process leaves when it dies is deleted by the next call. See
    /// ``Journal/remove(_:of:)``.
    public func remove(_ what: RunRemoval, of runs: [RunID]) async throws {
        if what == .log { return try await removeLogs(of: runs) }
        for start in stride(from: 0, to: runs.count, by: Self.notedAtOnce) {
            let some = runs[start..<min(start + Self.notedAtOnce, runs.count)]
            try await database.store { database in
                for run in some { try Self.note(what, of: run, database) }
            }
        }
        while try await database.store({ try Self.removeSomeLeftovers($0) }) {}
    }

    private static func note(_ what: RunRemoval, of id: RunID, _ database: Database) throws {
        if what == .all { try database.change("DELETE FROM callback WHERE run = ?", [id.text]) }
        let statement = try database.cachedStatement(sql: "SELECT position, kept FROM run WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id.text]) else { return }
        let (position, kept): (Int64, String) = (row[0], row[1])
        switch what {
        case .data:
            if kept != "all" { return }
            try database.change(
                "UPDATE run SET kept = 'outcomes', revision = revision + 1 WHERE position = ?", [position])
        case .content:
            if kept == "nothing" { return }
            try database.change(
                """
                UPDATE run SET kept = 'nothing', document = NULL, failure = NULL, failure_message = NULL,
                    failure_attempts = NULL, landed_parts = 0, revision = revision + 1
                WHERE position = ?
                """, [position])
        case .all:
            try database.change("DELETE FROM run WHERE position = ?", [position])
        case .log: return
        }
        try database.change(
            """
            INSERT INTO run_leftover (run, what) VALUES (?, ?)
            ON CONFLICT (run) DO UPDATE SET what = excluded.what, after = 0
            """, [position, what.rawValue])
    }

    /// - Returns: Whether there are more.
    private static func removeSomeLeftovers(_ database: Database) throws -> Bool {
        var (room, bytes) = (removedAtOnce, bytesAtOnce)
        while room > 0, bytes > 0 {
            let next = try database.cachedStatement(
                sql: "SELECT run, what, after FROM run_leftover ORDER BY run LIMIT 1")
            guard let row = try Row.fetchOne(next) else { return false }
            let (run, what): (Int64, RunRemoval?) = (row[0], RunRemoval(rawValue: row[1]))
            // A run without parts takes time too.
            room -= 1
            if let last = try last(of: run, after: row[2], limit: room, &bytes, database) {
                let place: StatementArguments = [run, row[2] as Int64, last]
                if what == .data {
                    try database.change(
                        "UPDATE part SET data = NULL WHERE run = ? AND position > ? AND position <= ?", place)
                } else {
                    try database.change("DELETE FROM part WHERE run = ? AND position > ? AND position <= ?", place)
                }
                room -= Int(last - (row[2] as Int64))
                try database.change("UPDATE run_leftover SET after = ? WHERE run = ?", [last, run])
                continue
            }
            try database.change("DELETE FROM hand_over WHERE run = ?", [run])
            if what != .data {
                let learners = try database.change(
                    """
                    DELETE FROM run_learner WHERE (identifier, identifier_type, run) IN (
                        SELECT identifier, identifier_type, run FROM run_learner WHERE run = ? LIMIT ?)
                    """, [run, max(room, 1)])
                room -= learners
                if learners > 0 { continue }
            }
            if what == .all { try database.change("DELETE FROM run_source WHERE run = ?", [run]) }
            try database.change("DELETE FROM run_leftover WHERE run = ?", [run])
        }
        return true
    }

    /// The position up to which parts are removed at once: one part at least, then as many as there is room for.
    ///
    /// - Parameter bytes: What may be removed, less the parts' data then.
    /// - Returns: `nil` when there are no more.
    private static func last(
        of run: Int64, after position: Int64, limit: Int, _ bytes: inout Int, _ database: Database
    ) throws -> Int64? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT position, coalesce(length(data), 0) FROM part WHERE run = ? AND position > ?
                ORDER BY position LIMIT ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: [run, position, max(limit, 1)])
        var last: Int64?
        while bytes > 0 || last == nil, let row = try rows.next() {
            last = row[0]
            bytes -= row[1] as Int
        }
        return last
    }
}
