import GRDB

extension LIFDatabase {
    /// The bytes of the store's file that hold something, without the WAL: what a limit on the store is compared with.
    ///
    /// What is removed counts no longer, though the file keeps its length: its free pages are used again before it grows.
    /// To give them back to the disk, stop all processes and run `VACUUM` on the file. Costs three look-ups in the file's
    /// header.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func usedBytes() async throws -> Int {
        try await load { database in
            func number(_ name: String) throws -> Int {
                try Int.fetchOne(try database.cachedStatement(sql: "PRAGMA \(name)")) ?? 0
            }
            return (try number("page_count") - number("freelist_count")) * (try number("page_size"))
        }
    }
}
