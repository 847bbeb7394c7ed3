import GRDB
public import LIFModel
public import LIFWorkflow

/// Accepted jobs in the SQLite file of a state folder. Processes that share the folder share them.
public final class SQLiteJobStore: JobStore {
    let database: LIFDatabase

    public init(_ database: LIFDatabase) { self.database = database }

    public func accept(_ job: Job) async throws -> Job {
        let values = job.values
        let sources = Set(job.plan.parts.map(\.informationSourceID))
        do {
            return try await database.write { try Self.insert(job, values, sources, $0) }
        } catch {
            throw StorageFault.accepting(error)
        }
    }

    private static func insert(
        _ job: Job, _ values: StatementArguments, _ sources: Set<String>, _ database: Database
    ) throws -> Job {
        let isNew =
            try database.change(
                """
                INSERT INTO job (\(Job.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """, values) > 0
        if isNew {
            let position = database.lastInsertedRowID
            for source in sources {
                try database.change("INSERT INTO job_source VALUES (?, ?)", [source, position])
            }
            return job
        }
        let earlier = try database.cachedStatement(
            sql: "SELECT \(Job.columns) FROM job WHERE id = ? OR idempotency_key = ? ORDER BY id = ? DESC LIMIT 1")
        let row = try Row.fetchOne(earlier, arguments: [job.id.text, job.submission.idempotencyKey, job.id.text])
        return try row.map(Job.init(row:)) ?? job
    }

    public func job(_ id: JobID) async throws -> Job? {
        try await database.load { try Self.job(id, $0) }
    }

    static func job(_ id: JobID, _ database: Database) throws -> Job? {
        let statement = try database.cachedStatement(sql: "SELECT \(Job.columns) FROM job WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.text]).map(Job.init(row:))
    }

    public func jobs(_ filter: JobFilter) async throws -> [Job] {
        let (sql, arguments) = Self.list(filter)
        return try await database.load { database in
            // A damaged row must not hide the others.
            try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: arguments)
                .compactMap { try? Job(row: $0) }
        }
    }

    public func changesByOthers() -> AsyncStream<Void> { database.changesByOthers() }

    /// Each filter alone has an index whose entries lie in the order of positions, so that a page reads its own rows only.
    static func list(_ filter: JobFilter) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        var tables = "job"
        if let source = filter.source {
            tables = "job_source CROSS JOIN job ON job.position = job_source.job_position"
            conditions.append("job_source.source_id = ?")
            arguments += [source]
        }
        let position = filter.source == nil ? "position" : "job_source.job_position"
        if let after = filter.after {
            conditions.append("\(position) < (SELECT position FROM job WHERE id = ?)")
            arguments += [after.text]
        }
        switch filter.status {
        case .starting, .running: conditions.append("final_status IS NULL")
        case .completed, .failed: conditions.append("final_status = '\(filter.status?.rawValue ?? "")'")
        case nil: break
        }
        if let schedule = filter.schedule {
            conditions.append("schedule_id = ?")
            arguments += [schedule.text]
        }
        if let key = filter.idempotencyKey {
            conditions.append("idempotency_key = ?")
            arguments += [key]
        }
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        arguments += [min(max(filter.limit, 1), 1_000)]
        return (
            "SELECT \(Job.columns) FROM \(tables) \(condition) ORDER BY \(position) DESC LIMIT ?", arguments
        )
    }
}
