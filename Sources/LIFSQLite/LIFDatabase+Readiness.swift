import GRDB
import LIFModel

extension LIFDatabase {
    /// Reads something that must be there.
    ///
    /// - Throws: `LIFError` `OutputReadException` when the store cannot be used.
    public func checkReady() async throws {
        do {
            _ = try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
        } catch {
            throw StorageFault.reading(error)
        }
    }
}
