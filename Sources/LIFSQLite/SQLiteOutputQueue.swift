import GRDB
public import LIFModel
public import LIFWorkflow

/// The embedded output queue: outcomes in the SQLite file of a state folder, at most one per job and part.
public final class SQLiteOutputQueue: OutputQueue {
    private let database: LIFDatabase

    public init(_ database: LIFDatabase) { self.database = database }

    public func write(_ outcome: Outcome, job: JobID, part: Int) async throws -> Bool {
        do {
            return try await database.write { database in
                let statement = try database.cachedStatement(
                    sql: """
                        INSERT INTO outcome (job_id, part, \(Outcome.columns))
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)
                try statement.execute(arguments: [job.text, part] + outcome.values)
                return database.changesCount > 0
            }
        } catch {
            throw StorageFault.writing(error)
        }
    }

    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        do {
            return try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT part, \(Outcome.columns) FROM outcome WHERE job_id = ?")
                var outcomes: [Int: Outcome] = [:]
                let rows = try Row.fetchCursor(statement, arguments: [job.text])
                while let row = try rows.next() { outcomes[row[0]] = try Outcome(row: row, first: 1) }
                return outcomes
            }
        } catch {
            throw StorageFault.reading(error)
        }
    }
}
