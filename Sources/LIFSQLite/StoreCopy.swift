import Foundation
import GRDB
import LIFModel

/// A file that is to be a copy of a store and is not in use.
struct StoreCopy {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Makes it one file that needs no other beside it, and checks that it is whole and a store that this version knows.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`.
    func check() throws(LIFError) {
        do {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { database in
                // As long as its WAL may count it is not one file.
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
                guard try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") == "ok" else {
                    throw Self.damaged
                }
                if let refusal = try StoreFormat(database).refusalAsBackup { throw refusal }
            }
            try queue.close()
        } catch let error as LIFError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw StoreFormat.noBackup
        } catch {
            throw LIFError(Self.damaged.code, Self.damaged.message, blame: .us, cause: error)
        }
    }

    private static let damaged = LIFError(
        .configurationNotValid, "The copy of the store is damaged. Use another backup.", blame: .us)
}
