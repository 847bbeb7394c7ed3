public import Foundation
import GRDB
import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Schedules in the SQLite file of a state folder.
public final class SQLiteScheduleStore: ScheduleStore {
    private static let columns = "id, created_at, last_due_at, last_job, idempotency_key, rule, submission"
    private let database: LIFDatabase

    /// A store over an open database.
    public init(_ database: LIFDatabase) { self.database = database }

    /// Keeps a schedule unless its id or its idempotency key is there already; see ``ScheduleStore/add(_:)``.
    ///
    /// - Throws: `LIFError` `JobPostException`, whatever the reason; it is retryable while another process holds the store's
    ///   lock.
    @discardableResult
    public func add(_ schedule: JobSchedule) async throws -> JobSchedule {
        let values: StatementArguments = [
            schedule.id.text, schedule.createdAt.column, schedule.lastDueAt?.column, schedule.lastJob?.text,
            schedule.submission.idempotencyKey, schedule.rule.json.data, schedule.submission.data,
        ]
        do {
            return try await database.write { database in
                let earlier = try database.cachedStatement(
                    sql: "SELECT \(Self.columns) FROM schedule WHERE id = ? OR idempotency_key = ? LIMIT 1")
                let row = try Row.fetchOne(
                    earlier, arguments: [schedule.id.text, schedule.submission.idempotencyKey])
                if let row { return try Self.schedule(from: row) }
                try database.change("INSERT INTO schedule (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
                return schedule
            }
        } catch {
            throw StorageFault.accepting(error, "The schedule")
        }
    }

    /// All schedules, the oldest first; rows that cannot be read are left out, so that the others fire.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func schedules() async throws -> [JobSchedule] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT \(Self.columns) FROM schedule ORDER BY created_at, position")
            // A damaged row must not keep the others from going on.
            return try Row.fetchAll(statement).compactMap { try? Self.schedule(from: $0) }
        }
    }

    /// The schedule of this id; `nil` for an unknown one.
    ///
    /// - Throws: `LIFError` `OutputReadException`, also for a damaged row.
    public func schedule(_ id: ScheduleID) async throws -> JobSchedule? {
        try await database.load { database in
            let statement = try database.cachedStatement(sql: "SELECT \(Self.columns) FROM schedule WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [id.text]).map(Self.schedule(from:))
        }
    }

    /// See ``ScheduleStore/remove(_:)``.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func remove(_ id: ScheduleID) async throws -> Bool {
        try await database.store { try $0.change("DELETE FROM schedule WHERE id = ?", [id.text]) > 0 }
    }

    /// See ``ScheduleStore/note(_:due:job:)``. An unknown id is ignored.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func note(_ id: ScheduleID, due: Date, job: JobID?) async throws {
        try await database.store { database in
            try database.change(
                """
                UPDATE schedule SET last_due_at = ?1, last_job = coalesce(?2, last_job)
                WHERE id = ?3 AND (last_due_at IS NULL OR last_due_at <= ?1)
                """, [due.column, job?.text, id.text])
        }
    }

    /// See ``ScheduleStore/setBack(_:to:)``. An unknown id is ignored.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func setBack(_ id: ScheduleID, to now: Date) async throws {
        try await database.store { database in
            try database.change(
                """
                UPDATE schedule SET created_at = min(created_at, ?1),
                    last_due_at = CASE WHEN last_due_at > ?1 THEN ?1 ELSE last_due_at END
                WHERE id = ?2
                """, [now.column, id.text])
        }
    }

    private static func schedule(from row: Row) throws -> JobSchedule {
        guard let id = row.id(0), let createdAt = row.date(1) else { throw StorageFault.damaged("a schedule") }
        let rule: ScheduleRule
        do {
            rule = try ScheduleRule(json: try row.json(5))
        } catch {
            throw StorageFault.damaged("a schedule's rule", cause: error)
        }
        return JobSchedule(
            id: id,
            submission: try JobSubmission(row: row, index: 6, idempotencyKey: row[4], of: "a schedule's submission"),
            rule: rule, createdAt: createdAt, lastDueAt: row.date(2), lastJob: row.id(3))
    }
}
