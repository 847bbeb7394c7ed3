public import Foundation
import GRDB
import LIFJSON
public import LIFModel
public import LIFQueryPlanner

/// Runs at an orchestrator elsewhere, and what has arrived of them, in the SQLite file of a state folder.
public final class SQLiteRunStore: RunStore {
    private let database: LIFDatabase

    public init(_ database: LIFDatabase) { self.database = database }

    public func register(_ run: SubmittedRun) async throws {
        let values: StatementArguments = [
            run.id.text, run.submittedAt.column, run.plan.via.organizations.column, run.plan.json.data,
            run.plan.sources.json.data,
        ]
        try await database.store { database in
            try database.change(
                """
                INSERT INTO orchestration_run (id, submitted_at, via, plan, sources) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """, values)
        }
    }

    public func close(_ id: RandomID, at date: Date) async throws {
        // A closed run has a plan that asks nothing.
        let plan = QueryPlan(parts: [])
        let values: StatementArguments = [
            id.text, date.column, plan.via.organizations.column, plan.json.data, plan.sources.json.data,
        ]
        try await database.store { database in
            try database.change(
                """
                INSERT INTO orchestration_run (id, submitted_at, via, plan, sources) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET via = excluded.via, plan = excluded.plan, sources = excluded.sources
                """, values)
            try database.change("DELETE FROM orchestration_outcome WHERE run_id = ?", [id.text])
        }
    }

    public func run(_ id: RandomID) async throws -> SubmittedRun? {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT submitted_at, via, plan, sources FROM orchestration_run WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [id.text]).map { row in
                SubmittedRun(id: id, plan: try Self.plan(row, 1), submittedAt: row.date(0) ?? .distantPast)
            }
        }
    }

    /// - Parameter first: Where the columns `via`, `plan` and `sources` begin in the row.
    static func plan(_ row: Row, _ first: Int) throws -> QueryPlan {
        do {
            var plan = try QueryPlan(json: try row.json(first + 1))
            plan.via = try FederationPath(try row.names(first))
            plan.sources = try [String: PlannedSource](row, first + 2)
            return plan
        } catch {
            throw StorageFault.damaged("a submitted run's plan", cause: error)
        }
    }

    public func file(_ outcomes: [Int: Outcome], run: RandomID) async throws -> Set<Int> {
        if outcomes.isEmpty { return [] }
        let rows = outcomes.map { (part: $0.key, values: $0.value.values) }
        return try await database.store { database in
            let known = try database.cachedStatement(sql: "SELECT 1 FROM orchestration_run WHERE id = ?")
            guard try Int.fetchOne(known, arguments: [run.text]) != nil else { return [] }
            var filed: Set<Int> = []
            for row in rows {
                let head: StatementArguments = [run.text, row.part]
                let isFirst =
                    try database.change(
                        """
                        INSERT INTO orchestration_outcome (run_id, part, \(Outcome.columns))
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """, head + row.values) > 0
                if isFirst { filed.insert(row.part) }
            }
            return filed
        }
    }

    public func outcomes(of run: RandomID, except parts: Set<Int>) async throws -> [Int: Outcome] {
        try await database.load { database in
            // What was taken already is passed over without its data: that stands last in the row.
            let statement = try database.cachedStatement(
                sql: "SELECT part, \(Outcome.columns) FROM orchestration_outcome WHERE run_id = ?")
            let rows = try Row.fetchCursor(statement, arguments: [run.text])
            var outcomes: [Int: Outcome] = [:]
            while let row = try rows.next() {
                let part: Int = row[0]
                if !parts.contains(part) { outcomes[part] = try Outcome(row: row, first: 1) }
            }
            return outcomes
        }
    }

    public func remove(submittedBefore date: Date, limit: Int) async throws -> Int {
        try await database.store { database in
            let statement = try database.cachedStatement(
                sql: "SELECT id FROM orchestration_run WHERE submitted_at < ? ORDER BY submitted_at LIMIT ?")
            return try Self.remove(try String.fetchAll(statement, arguments: [date.column, limit]), database)
        }
    }

    public func remove(naming learners: Set<LearnerIdentifier>) async throws -> Int {
        try await database.store { database in
            let statement = try database.cachedStatement(sql: "SELECT id, via, plan, sources FROM orchestration_run")
            let rows = try Row.fetchCursor(statement)
            var found: [String] = []
            while let row = try rows.next() {
                // A plan that cannot be read may name anyone.
                let plan = try? Self.plan(row, 1)
                if plan?.parts.contains(where: { learners.contains($0.learner) }) != false { found.append(row[0]) }
            }
            return try Self.remove(found, database)
        }
    }

    private static func remove(_ runs: [String], _ database: Database) throws -> Int {
        for run in runs {
            try database.change("DELETE FROM orchestration_outcome WHERE run_id = ?", [run])
            try database.change("DELETE FROM orchestration_run WHERE id = ?", [run])
        }
        return runs.count
    }

    public func changes() -> AsyncStream<Void> { database.changesByOthers() }
}
