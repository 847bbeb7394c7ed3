import Foundation
import GRDB
import LIFModel

/// The database of a source. It is opened for each reading and closed after it, so that its writer can always tidy up, and
/// another file may take its place at any time. Nothing is written: not the file, not its folder.
final class SQLSource: Sendable {
    /// How often a database is read again that a writer has replaced or checkpointed in the meantime.
    private static let maximumReadings = 3

    private let path: String
    private let queue = BlockingQueue(label: "lif.sql-source", isSerial: false)

    init(path: String) { self.path = path }

    /// Reads one state of the database, on a thread that is not of the cooperative pool.
    ///
    /// - Throws: `OperatorException`; `CancellationError` when the task is cancelled, and the query that runs is then
    ///   interrupted.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        for _ in 0..<Self.maximumReadings {
            let (database, file) = try await queue.run { _ in try self.open() }
            let value: Value
            do {
                value = try await database.read(body)
            } catch let error as DatabaseError {
                try Task.checkCancellation()
                // What is read without locks may be garbage while somebody writes.
                if try file.hasChanged() { continue }
                throw SQLFailure.error(error)
            }
            if try !file.hasChanged() { return value }
        }
        throw LIFError.source(
            .sourceError, "The database of this source changes while it is read.", isRetryable: true)
    }

    /// Blocks.
    private func open() throws(LIFError) -> (DatabaseQueue, SQLFile) {
        let file = try SQLFile(path: path)
        do {
            return (try DatabaseQueue(path: file.address, configuration: Self.configuration), file)
        } catch let error as DatabaseError {
            throw SQLFailure.error(error)
        } catch {
            throw LIFError.source(.unreachable, "The database of this source cannot be opened.", cause: error)
        }
    }

    private static let configuration: Configuration = {
        var configuration = Configuration()
        configuration.label = "lif.sql-source"
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA query_only = ON")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }()
}
