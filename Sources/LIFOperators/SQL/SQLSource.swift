import Foundation
import GRDB
import LIFModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The database of a source. It is opened when it is first asked, and anew when another file has taken its place.
final class SQLSource: Sendable {
    private struct Opened {
        let pool: DatabasePool
        let file: FileID
    }

    private struct FileID: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private let path: String
    private let opened = Mutex<Opened?>(nil)
    private let queue = BlockingQueue(label: "lif.sql-source", isSerial: true)

    init(path: String) { self.path = path }

    /// Reads one state of the database, on a thread that is not of the cooperative pool.
    ///
    /// - Throws: `OperatorException`; `CancellationError` when the task is cancelled, and the query that runs is then
    ///   interrupted.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let pool = try await queue.run { _ in try self.open() }
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            try Task.checkCancellation()
            throw SQLFailure.error(error)
        }
    }

    /// Blocks.
    private func open() throws(LIFError) -> DatabasePool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileFailure.unreadable("The database of this source", errno) }
        let file = FileID(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
        if let known = opened.withLock({ $0 }), known.file == file { return known.pool }
        let pool: DatabasePool
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
        } catch let error as DatabaseError {
            throw SQLFailure.error(error)
        } catch {
            throw LIFError.source(.unreachable, "The database of this source cannot be opened.", cause: error)
        }
        opened.withLock { $0 = Opened(pool: pool, file: file) }
        return pool
    }

    private static let configuration: Configuration = {
        var configuration = Configuration()
        configuration.label = "lif.sql-source"
        configuration.readonly = true
        // How many queries run at once is for the source's own limit to say. A query that waits here for another one
        // could not be cancelled.
        configuration.maximumReaderCount = 256
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA query_only = ON")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }()
}
