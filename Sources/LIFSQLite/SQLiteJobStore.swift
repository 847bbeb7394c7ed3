import Foundation
import GRDB
import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Accepted jobs in the SQLite file of a state folder.
public final class SQLiteJobStore: JobStore {
    private static let columns = "id, plan, accepted_at, idempotency_key"
    private let database: LIFDatabase

    public init(_ database: LIFDatabase) { self.database = database }

    public func accept(_ job: Job) async throws -> Job {
        do {
            return try await database.write { try Self.insert(job, $0) }
        } catch {
            throw StorageFault.accepting(error)
        }
    }

    private static func insert(_ job: Job, _ database: Database) throws -> Job {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO job (\(columns)) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        try statement.execute(arguments: [
            job.id.text, job.plan.json.data, job.acceptedAt.timeIntervalSinceReferenceDate, job.idempotencyKey,
        ])
        if database.changesCount > 0 { return job }
        let earlier = try database.cachedStatement(
            sql: "SELECT \(columns) FROM job WHERE id = ? OR idempotency_key = ? ORDER BY id = ? DESC LIMIT 1")
        let row = try Row.fetchOne(earlier, arguments: [job.id.text, job.idempotencyKey, job.id.text])
        return try row.map(job(from:)) ?? job
    }

    public func job(_ id: JobID) async throws -> Job? {
        do {
            return try await database.read { database in
                let statement = try database.cachedStatement(sql: "SELECT \(Self.columns) FROM job WHERE id = ?")
                return try Row.fetchOne(statement, arguments: [id.text]).map(Self.job(from:))
            }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    public func unfinished() async throws -> [Job] {
        do {
            return try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT \(Self.columns) FROM job WHERE is_finished = 0 ORDER BY accepted_at, position")
                // A damaged row must not keep the others from going on.
                return try Row.fetchAll(statement).compactMap { try? Self.job(from: $0) }
            }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    public func markFinished(_ id: JobID) async throws {
        do {
            try await database.write { database in
                let statement = try database.cachedStatement(
                    sql: "UPDATE job SET is_finished = 1 WHERE id = ? AND is_finished = 0")
                try statement.execute(arguments: [id.text])
            }
        } catch {
            throw StorageFault.writing(error)
        }
    }

    private static func job(from row: Row) throws -> Job {
        guard let id = JobID(row[0]), let acceptedAt = row.date(2) else { throw StorageFault.damaged("a job") }
        let plan: QueryPlan
        do {
            plan = try QueryPlan(json: try row.json(1))
        } catch {
            throw StorageFault.damaged("a job's plan", cause: error)
        }
        return Job(id: id, plan: plan, acceptedAt: acceptedAt, idempotencyKey: row[3])
    }
}
