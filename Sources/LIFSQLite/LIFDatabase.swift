public import Foundation
import GRDB
public import LIFModel

/// The one SQLite file of a state folder: `lif.sqlite` in WAL mode, with one writer that commits in groups.
///
/// What a write has returned from is on the disk: `synchronous=FULL`. Any number of processes on the same machine may
/// open the same folder. The schema is made, or brought up to date, when it is opened.
public final class LIFDatabase: Sendable {
    /// The name of the store's file, within the state folder.
    public static let fileName = "lif.sqlite"

    private let pool: DatabasePool
    private let writer: GroupCommitWriter
    /// Watches `PRAGMA data_version` and reads what changed; never inside a transaction of its own for long.
    private let watcher: DatabaseQueue
    /// Copies the WAL into the file beside the writer. It is closed last, so that it cleans up.
    private let checkpointer: DatabaseQueue
    private let changes: ChangeWatch
    private let lock: StoreLock
    let file: StoreFile
    let folder: StateFolder

    /// Opens the store in a folder, and makes both when they are not there: the folder for its owner only (0700), the
    /// file too (0600). A folder that exists keeps its mode.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` for a folder on a network file system, and for a file that is no store
    ///   of this version or an earlier one, which stays as it is; `OutputQueueNotAvailableException` when the file cannot be
    ///   opened or is damaged.
    public convenience init(folder: URL) throws(LIFError) {
        let mounts = try? String(contentsOfFile: NetworkFileSystem.mountList, encoding: .utf8)
        try self.init(folder: folder, busyTimeout: 5, mounts: mounts ?? "")
    }

    init(folder: URL, busyTimeout: TimeInterval, mounts: String) throws(LIFError) {
        let folder = StateFolder(folder)
        try folder.prepare(mounts: mounts)
        // Processes that start at the same time come one after another: the first makes the tables.
        let turn = FileLock(at: folder.path, waiting: 30)
        defer { withExtendedLifetime(turn) {} }
        lock = try StoreLock(sharing: folder.path)
        do {
            // Without the right to write until it is known what the file is.
            watcher = try DatabaseQueue(
                path: folder.file, configuration: Self.configuration(busyTimeout, readonly: true))
            if let refusal = try watcher.read(StoreFormat.init).refusal(in: folder) { throw refusal }
            folder.makePrivate()
            pool = try Self.openPool(folder.file, busyTimeout: busyTimeout)
            checkpointer = try DatabaseQueue(path: folder.file, configuration: Self.configuration(busyTimeout))
            changes = try ChangeWatch(pool)
        } catch let error as LIFError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw StoreFormat.noDatabase(in: folder, cause: error)
        } catch {
            throw StorageFault.opening(error, folder: folder.path)
        }
        file = StoreFile(folder.file)
        self.folder = folder
        writer = GroupCommitWriter(
            pool, checkpointer: checkpointer, file: file, changes: changes, turn: WriteTurn(folder: folder.path))
    }

    private static func configuration(_ busyTimeout: TimeInterval, readonly: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.label = "lif.sqlite"
        configuration.readonly = readonly
        configuration.busyMode = .timeout(busyTimeout)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            // What is removed is overwritten: a learner that is forgotten must not be left in free pages.
            if !readonly { try database.execute(sql: "PRAGMA secure_delete = ON") }
        }
        return configuration
    }

    private static func openPool(_ path: String, busyTimeout: TimeInterval) throws -> DatabasePool {
        let pool = try DatabasePool(path: path, configuration: configuration(busyTimeout))
        try pool.writeWithoutTransaction { database in
            // GRDB sets NORMAL when it sets up the WAL, after `prepareDatabase`. NORMAL loses commits at a power cut.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // Only a bound, for when the checkpointer does not keep up: it would run inside a caller's commit.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 10000")
            // What a large WAL has taken on the disk is given back when it begins anew.
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            // Fails at once where the file is read-only, also when there is nothing to do; opening alone would not.
            try database.inTransaction(.immediate) {
                try Schema.bringUpToDate(database)
                return .commit
            }
        }
        return pool
    }

    /// Runs the changes in a transaction and returns after it is on the disk. Changes of several callers share a commit;
    /// one that throws is undone alone. The body may run twice, so it only works on the database.
    @discardableResult
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await writer.write(body)
    }

    /// Reads one state of the store, beside the writer.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.read(body)
    }

    /// Reads on the one connection whose `PRAGMA data_version` shows whether anyone else has committed. Outside a
    /// transaction, or the version would stand still. Blocks for microseconds.
    func watch<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try watcher.inDatabase(body)
    }

    /// An element soon after another process has changed something, as long as someone listens. Ends when it is closed.
    func changesByOthers(to subject: StoreSubject) -> AsyncStream<Void> { changes.changes(of: subject) }

    /// For how long writes have waited for the lock of another process, or were refused for it; `nil` when the last one got it.
    var lockWait: Duration? { writer.lockWait }

    /// Why the last transaction could not begin, where nobody held the lock; `nil` when it began.
    var writeFault: (any Error)? { writer.fault }

    /// Writes nothing, to see whether a transaction can begin. Returns when that is known, or the time is up.
    func tryWriting(atMost limit: Duration) async { await writer.tryWriting(atMost: limit) }

    /// How many changes wait for the commit that is under way.
    var waitingWrites: Int { writer.waitingCount }

    /// Copies the WAL into the file and empties it, so that nothing is left in it of what was overwritten.
    ///
    /// - Returns: `false` when another process reads or writes all the time: the WAL is then emptied some time later.
    func emptyLog() async -> Bool {
        (try? await checkpointer.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }) != nil
    }

    /// Returns when no checkpoint is under way.
    func checkpointed() async throws { try await checkpointer.writeWithoutTransaction { _ in } }

    /// Commits what waits, copies the WAL into the file and closes it. Later writes and reads fail; a second call does
    /// nothing.
    ///
    /// - Throws: `LIFError` `OutputWriteException` when the file cannot be closed; what was committed is safe.
    public func close() async throws {
        guard await writer.finish() else { return }
        changes.finish()
        defer { lock.release() }
        do {
            try closeConnections()
        } catch {
            throw StorageFault.writing(error)
        }
    }

    private func closeConnections() throws {
        try watcher.close()
        try pool.close()
        try checkpointer.close()
    }
}
