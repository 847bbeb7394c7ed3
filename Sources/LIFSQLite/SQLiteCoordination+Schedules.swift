import Foundation
import GRDB
import LIFJSON
public import LIFModel
public import LIFWorkflow

extension SQLiteCoordination {
    private static let scheduleColumns = "id, created_at, last_due_at, last_job, idempotency_key, rule, submission"

    /// See ``ScheduleStore/schedules()``.
    public func schedules() async throws -> [JobSchedule] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT \(Self.scheduleColumns) FROM schedule ORDER BY created_at, position")
            // A damaged row must not keep the others from going on.
            return try Row.fetchAll(statement).compactMap { try? Self.schedule(from: $0) }
        }
    }

    /// See ``ScheduleStore/change(_:orKey:_:)``.
    public func change<Value: Sendable>(
        _ id: ScheduleID, orKey key: String?, _ change: @escaping @Sendable (inout JobSchedule?) -> Value
    ) async throws -> Value {
        let (value, isSame) = try await database.load { database in
            let before = try Self.schedule(id, orKey: key, database)
            var after = before
            return (change(&after), after == before)
        }
        if isSame { return value }
        return try await database.store { database in
            let before = try Self.schedule(id, orKey: key, database)
            var after = before
            let value = change(&after)
            if let before, after == nil { try database.change("DELETE FROM schedule WHERE id = ?", [before.id.text]) }
            if let after, after != before { try Self.keep(after, database) }
            return value
        }
    }

    private static func schedule(_ id: ScheduleID, orKey key: String?, _ database: Database) throws -> JobSchedule? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(scheduleColumns) FROM schedule WHERE id = ?1 OR idempotency_key = ?2 ORDER BY id = ?1 DESC LIMIT 1
                """)
        return try Row.fetchOne(statement, arguments: [id.text, key]).map(schedule(from:))
    }

    private static func keep(_ schedule: JobSchedule, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO schedule (\(scheduleColumns)) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at, last_due_at = excluded.last_due_at,
                last_job = excluded.last_job
            """,
            [
                schedule.id.text, schedule.createdAt.column, schedule.lastDueAt?.column, schedule.lastJob?.text,
                schedule.submission.idempotencyKey, schedule.rule.json.data, schedule.submission.data,
            ])
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
