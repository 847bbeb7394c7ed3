import GRDB
public import LIFModel
public import LIFWorkflow

/// The embedded output queue: task outputs and outcomes in the SQLite file of a state folder.
///
/// What was removed leaves room in the file for what comes; the file itself does not shrink (`LIFDatabase.usedBytes`).
public final class SQLiteOutputQueue: OutputQueue {
    let database: LIFDatabase
    private let maximumItemBytes: Int

    /// - Parameter maximumItemBytes: Of the data of one outcome or one task's output.
    public init(_ database: LIFDatabase, maximumItemBytes: Int = 256 << 20) {
        self.database = database
        self.maximumItemBytes = maximumItemBytes
    }

    public func write(
        _ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int
    ) async throws {
        try QueueRefusal.check(output.dataBytes, limit: maximumItemBytes)
        let values = output.values
        try await database.store { database in
            try Self.admit(fence, job, database)
            if let part = task.part, try Self.isFiled(part, job, database) { return }
            let head: StatementArguments = [job.text, task.text, attempt]
            try database.change(
                """
                INSERT INTO task_output (job_id, task, attempt, \(TaskOutput.columns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (job_id, task) DO UPDATE SET
                    attempt = excluded.attempt, kind = excluded.kind, learner_known = excluded.learner_known,
                    reason = excluded.reason, message = excluded.message, attempts = excluded.attempts,
                    data_timestamp = excluded.data_timestamp, elapsed = excluded.elapsed, content = excluded.content
                WHERE excluded.attempt > task_output.attempt
                """, head + values)
        }
    }

    public func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT \(TaskOutput.columns) FROM task_output WHERE job_id = ? AND task = ?")
            return try Row.fetchOne(statement, arguments: [job.text, task.text]).map(TaskOutput.init(row:))
        }
    }

    public func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        try QueueRefusal.check(outcome.dataBytes, limit: maximumItemBytes)
        let values = outcome.values
        return try await database.store { database in
            try Self.admit(fence, job, database)
            let head: StatementArguments = [job.text, part]
            let isFirst =
                try database.change(
                    """
                    INSERT INTO outcome (job_id, part, \(Outcome.columns))
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """, head + values) > 0
            // The part's tasks are those from "part-3/" to before "part-30", the next text after "part-3/…".
            try database.change(
                "DELETE FROM task_output WHERE job_id = ? AND task >= ? AND task < ?",
                [job.text, "part-\(part)/", "part-\(part)0"])
            return isFirst
        }
    }

    public func raiseFence(of job: JobID, to fence: Int) async throws {
        try await database.store { try Self.raise(fence, job, $0) }
    }

    public func reopenFailed(of job: JobID, partCount: Int, fence: Int) async throws -> [Int] {
        try await database.store { database in
            try Self.admit(fence, job, database)
            if try Self.isDataRemoved(job, database) { throw QueueRefusal.expired }
            try Self.raise(fence, job, database)
            // A message without a reason holds the failures of single paths.
            try database.change(
                "DELETE FROM outcome WHERE job_id = ? AND (kind = 'failed' OR reason IS NULL AND message IS NOT NULL)",
                [job.text])
            let statement = try database.cachedStatement(sql: "SELECT part FROM outcome WHERE job_id = ?")
            let filed = Set(try Int.fetchAll(statement, arguments: [job.text]))
            return (0..<partCount).filter { !filed.contains($0) }
        }
    }

    private static func admit(_ fence: Int, _ job: JobID, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "SELECT fence FROM output_job WHERE job_id = ?")
        if let known = try Int.fetchOne(statement, arguments: [job.text]), fence < known { throw QueueRefusal.fenced }
    }

    private static func raise(_ fence: Int, _ job: JobID, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO output_job (job_id, fence) VALUES (?, ?)
            ON CONFLICT (job_id) DO UPDATE SET fence = max(fence, excluded.fence)
            """, [job.text, fence])
    }

    private static func isFiled(_ part: Int, _ job: JobID, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM outcome WHERE job_id = ? AND part = ?")
        return try Int.fetchOne(statement, arguments: [job.text, part]) != nil
    }
}

/// Reading.
extension SQLiteOutputQueue {
    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        try await outcomes(of: job, parts: 0..<Int.max)
    }

    public func outcomes(of job: JobID, parts: Range<Int>) async throws -> [Int: Outcome] {
        try await database.load { database in
            if try Self.isDataRemoved(job, database) { throw QueueRefusal.expired }
            let statement = try database.cachedStatement(
                sql: "SELECT part, \(Outcome.columns) FROM outcome WHERE job_id = ? AND part >= ? AND part < ?")
            var outcomes: [Int: Outcome] = [:]
            let rows = try Row.fetchCursor(statement, arguments: [job.text, parts.lowerBound, parts.upperBound])
            while let row = try rows.next() { outcomes[row[0]] = try Outcome(row: row, first: 1) }
            return outcomes
        }
    }

    public func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT part, length(fragments) FROM outcome
                    WHERE job_id = ? AND part >= ? AND part < ? AND fragments IS NOT NULL
                    """)
            var sizes: [Int: Int] = [:]
            let rows = try Row.fetchCursor(statement, arguments: [job.text, parts.lowerBound, parts.upperBound])
            while let row = try rows.next() { sizes[row[0]] = row[1] }
            return sizes
        }
    }

    public func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        try await database.load { database in
            if try Self.isDataRemoved(job, database) { throw QueueRefusal.expired }
            let statement = try database.cachedStatement(
                sql: """
                    SELECT position, part, \(Outcome.columns) FROM outcome WHERE job_id = ? AND position > ?
                    ORDER BY position LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [job.text, position, max(limit, 0)]).map { row in
                LandedOutcome(position: row[0], part: row[1], outcome: try Outcome(row: row, first: 2))
            }
        }
    }

    public func progress(of job: JobID) async throws -> [Int: OutcomeSummary] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT part, \(OutcomeSummary.columns) FROM outcome WHERE job_id = ?")
            var summaries: [Int: OutcomeSummary] = [:]
            let rows = try Row.fetchCursor(statement, arguments: [job.text])
            while let row = try rows.next() { summaries[row[0]] = OutcomeSummary(row: row, first: 1) }
            return summaries
        }
    }

    static func isDataRemoved(_ job: JobID, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT is_data_removed FROM output_job WHERE job_id = ?")
        return try Bool.fetchOne(statement, arguments: [job.text]) ?? false
    }
}
