import GRDB
import LIFModel

extension LIFDatabase {
    /// How long a write may wait for the lock that another process holds, before the store counts as one that cannot be used.
    /// A process that is well holds it for as long as one commit takes.
    static let lockPatience: Duration = .seconds(3)

    /// Reads something that must be there, looks whether the file is where it was, and whether it can be written.
    ///
    /// It returns within `lockPatience`, about.
    ///
    /// - Throws: `LIFError` `OutputReadException` when the store cannot be read, `OutputWriteException` when no write can
    ///   begin, as where it is read-only, and `OutputQueueNotAvailableException` when its file was removed, or when another
    ///   process holds its lock and does not go on.
    public func checkReady() async throws {
        guard file.isInPlace else { throw StorageFault.moved }
        do {
            _ = try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
        } catch {
            throw StorageFault.reading(error)
        }
        // A store that was locked may be free again, and one that nobody writes to may be locked.
        let isKnown = isLocked
        await tryWriting(atMost: isKnown ? .milliseconds(200) : Self.lockPatience + .milliseconds(100))
        if let fault = writeFault { throw StorageFault.writing(fault) }
        guard isLocked else { return }
        let owner = LockOwner.ofStore(folder.file)
        // It may be this process by now, which then goes on.
        if isLocked { throw StorageFault.locked(owner) }
    }

    private var isLocked: Bool { lockWait.map { $0 >= Self.lockPatience } ?? false }
}
