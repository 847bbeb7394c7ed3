import GRDB
import LIFModel

extension LIFDatabase {
    /// Reads something that must be there, and looks whether the file is where it was.
    ///
    /// - Throws: `LIFError` `OutputReadException` when the store cannot be used, `OutputQueueNotAvailableException` when its
    ///   file was removed.
    public func checkReady() async throws {
        guard file.isInPlace else { throw StorageFault.moved }
        do {
            _ = try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
        } catch {
            throw StorageFault.reading(error)
        }
    }
}
