public import Foundation
import GRDB
import LIFJSON
import LIFModel
public import LIFQueryPlanner
import Synchronization

/// The embedded LIF Cache: fragments in the SQLite file of a state folder.
///
/// A cache may lose what it holds; this one does not, and processes that share the file see each other's fragments at once.
public final class SQLiteFragmentStore: FragmentStore {
    struct Seen {
        /// `PRAGMA data_version` moves when another connection has committed.
        var dataVersion: Int
        /// The last change that was looked at.
        var change: Int
        /// The number of the last removal that was looked at.
        var removal: Int
    }

    let database: LIFDatabase
    /// Tells the rows of this store from those of others.
    let writer = RandomID().text
    let seen: Mutex<Seen>

    /// A store over an open database; ``changesByOthers()`` reports what is changed from now on.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public init(_ database: LIFDatabase) throws {
        self.database = database
        do {
            // In this order: a commit in between is then looked at once too often, and never missed.
            seen = Mutex(
                try database.watch { database in
                    Seen(
                        dataVersion: try Self.dataVersion(database), change: try Self.lastChange(database),
                        removal: try Self.lastRemoval(database))
                })
        } catch {
            throw StorageFault.reading(error)
        }
    }

    static func dataVersion(_ database: Database) throws -> Int {
        try Int.fetchOne(try database.cachedStatement(sql: "PRAGMA data_version")) ?? 0
    }

    static func lastChange(_ database: Database) throws -> Int {
        try Int.fetchOne(try database.cachedStatement(sql: "SELECT value FROM fragment_change_counter")) ?? 0
    }

    private static func lastRemoval(_ database: Database) throws -> Int {
        try Int.fetchOne(try database.cachedStatement(sql: "SELECT max(number) FROM fragment_removal")) ?? 0
    }

    /// Reads the keys in one snapshot; see ``FragmentStore/read(_:)``. Data at other paths is not touched.
    public func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        if keys.isEmpty { return [:] }
        do {
            return try await database.read { try Self.fragments(at: keys, $0) }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    /// One look-up per source and learner; BLOBs of paths that were not asked for are not touched.
    private static func fragments(at keys: [FragmentKey], _ database: Database) throws -> [FragmentKey: StoredFragment]
    {
        struct Group: Hashable {
            let sourceID: String
            let learner: LearnerIdentifier
        }
        let statement = try database.cachedStatement(
            sql: """
                SELECT path, items, item_count, is_scalar, learner_known, stored_at, data_timestamp, origin
                FROM fragment WHERE source_id = ? AND identifier_type = ? AND identifier = ?
                """)
        var found: [FragmentKey: StoredFragment] = [:]
        for (group, keys) in Dictionary(grouping: keys, by: { Group(sourceID: $0.sourceID, learner: $0.learner) }) {
            let wanted = Dictionary(keys.map { ($0.path.entity, $0) }, uniquingKeysWith: { first, _ in first })
            let rows = try Row.fetchCursor(
                statement,
                arguments: [group.sourceID, group.learner.typeToken, group.learner.column])
            while let row = try rows.next() {
                guard let key = wanted[row[0]] else { continue }
                found[key] = try fragment(key, row)
            }
        }
        return found
    }

    private static func fragment(_ key: FragmentKey, _ row: Row) throws -> StoredFragment {
        let content = try row.array(1, of: "a fragment").map {
            FragmentContent(items: $0, count: row[2], isScalar: row[3])
        }
        return StoredFragment(
            key: key, content: content, learnerKnown: row[4], storedAt: row.date(5) ?? .distantPast,
            dataTimestamp: row.date(6), origin: row[7])
    }

    /// See ``FragmentStore/write(_:now:)``. Returns when the fragments are on the disk.
    ///
    /// What was fetched before its learner was forgotten is not kept.
    public func write(_ fragments: [StoredFragment], now: Date) async throws {
        if fragments.isEmpty { return }
        do {
            try await database.write { [writer] in try Self.write(fragments, by: writer, now: now, $0) }
        } catch {
            throw StorageFault.writing(error)
        }
    }

    private static func write(
        _ fragments: [StoredFragment], by writer: String, now: Date, _ database: Database
    ) throws {
        let counter = try database.cachedStatement(
            sql: "UPDATE fragment_change_counter SET value = value + 1 RETURNING value")
        let change = try Int.fetchOne(counter) ?? 0
        // The condition is that of `StoredFragment.replaces(_:now:)`.
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO fragment (
                    source_id, identifier_type, identifier, path, items, item_count, is_scalar, learner_known, stored_at,
                    data_timestamp, origin, change, writer
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (source_id, identifier_type, identifier, path) DO UPDATE SET
                    items = excluded.items, item_count = excluded.item_count, is_scalar = excluded.is_scalar,
                    learner_known = excluded.learner_known, stored_at = excluded.stored_at,
                    data_timestamp = excluded.data_timestamp, origin = excluded.origin, change = excluded.change,
                    writer = excluded.writer
                WHERE excluded.stored_at >= fragment.stored_at
                    OR fragment.stored_at > ?
                """)
        let latest = now.addingTimeInterval(StoredFragment.clockSkew).timeIntervalSinceReferenceDate
        for fragment in try notForgotten(fragments, database) {
            try statement.execute(arguments: [
                fragment.key.sourceID, fragment.key.learner.typeToken, fragment.key.learner.column,
                fragment.key.path.entity, fragment.content?.items.data, fragment.content?.count ?? 0,
                fragment.content?.isScalar ?? false, fragment.learnerKnown,
                fragment.storedAt.timeIntervalSinceReferenceDate,
                fragment.dataTimestamp?.timeIntervalSinceReferenceDate, fragment.origin, change, writer, latest,
            ])
        }
    }
}
