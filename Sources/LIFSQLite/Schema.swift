import GRDB

/// The tables of a store, and how a store of an earlier version gets those of this one.
///
/// The file's header says that it is a store (`application_id`), and of which version (`user_version`).
///
/// Times are seconds since 2001-01-01 UTC as `Date` holds them, so that they come back exactly. Texts compare to the byte
/// (`BINARY`). An identifier of a learner is a BLOB: SQLite ends a text at its first NUL. A row's large value stands last:
/// SQLite reads a row from its beginning, and only as far as it is asked for.
enum Schema {
    /// "LIFQ" in ASCII; `file(1)` shows it.
    static let applicationID: Int32 = 0x4C49_4651

    /// What makes each version of the one before it; the first one, of an empty file. A version that was released is never
    /// changed: the next one is added at the end.
    ///
    /// Tables that are a cache (`fragment…`, `identity_copy`, `metadata`) or that hold nothing accepted (`breaker`,
    /// `permit`, `identity_import`) may be dropped by a version; those of accepted work and of mappings never.
    private static let versions = [
        journal + jobLog + schedules + breakers + permits + fragments + identities + metadata + clock + roomTrial
            + forgets
    ]

    /// The version that this program makes.
    static var version: Int { versions.count }

    /// Makes the tables that are missing, all or none. Runs in a transaction that can write.
    ///
    /// - Parameter database: Empty, or a store that `StoreFormat` has admitted.
    static func bringUpToDate(_ database: Database) throws {
        let current = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard current < version else { return }
        for changes in versions[current...] { try database.execute(sql: changes) }
        try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    }
}
