import GRDB
import LIFModel
public import LIFQueryPlanner
import Synchronization

/// What other processes have changed.
extension SQLiteFragmentStore {
    /// How many changed rows are read at most. Of more it is reported that everything may have changed: to read them all would
    /// take longer than to make the answers anew that are asked for.
    static let changesReadAtMost = 2_000

    /// See ``FragmentStore/changesByOthers()``. Without a commit by anyone it costs one `PRAGMA data_version`.
    ///
    /// More than 2,000 changed rows are reported as `everything`.
    public func changesByOthers() async throws -> FragmentChanges {
        do {
            // The version is read first: a commit in between is then looked at once too often, and never missed.
            let dataVersion = try database.watch { try Self.dataVersion($0) }
            let last = seen.withLock { $0 }
            if dataVersion == last.dataVersion { return .written([]) }
            let (changes, next) = try await database.read { [writer] database in
                try Self.changes(since: last, notBy: writer, database)
            }
            seen.withLock { seen in
                seen.dataVersion = dataVersion
                seen.change = max(seen.change, next.change)
                seen.removal = max(seen.removal, next.removal)
            }
            return changes
        } catch {
            throw StorageFault.reading(error)
        }
    }

    private static func changes(
        since last: Seen, notBy writer: String, _ database: Database
    ) throws -> (FragmentChanges, Seen) {
        var next = last
        let hasRemoval = try lookAtRemovals(database, notBy: writer, &next)
        let keys = try keysWritten(database, notBy: writer, &next)
        return (hasRemoval ? .everything : keys.map(FragmentChanges.written) ?? .everything, next)
    }

    /// - Returns: Whether another has removed something since.
    private static func lookAtRemovals(
        _ database: Database, notBy writer: String, _ last: inout Seen
    ) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: "SELECT number, writer FROM fragment_removal WHERE number > ? ORDER BY number")
        var hasOthers = false
        for row in try Row.fetchAll(statement, arguments: [last.removal]) {
            // After a gap nobody knows whose those were that are no longer kept.
            if row[0] != last.removal + 1 || row[1] != writer { hasOthers = true }
            last.removal = row[0]
        }
        return hasOthers
    }

    /// - Returns: `nil` when there are too many.
    private static func keysWritten(
        _ database: Database, notBy writer: String, _ last: inout Seen
    ) throws -> [FragmentKey]? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT writer, source_id, identifier_type, identifier, path FROM fragment WHERE change > ? LIMIT ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: [last.change, changesReadAtMost + 1])
        last.change = try lastChange(database)
        var keys: [FragmentKey] = []
        var count = 0
        while let row = try rows.next() {
            count += 1
            if count > changesReadAtMost { return nil }
            if row[0] == writer { continue }
            let identifier = String(decoding: try row.bytes(3) ?? [], as: UTF8.self)
            keys.append(
                FragmentKey(
                    sourceID: row[1], learner: LearnerIdentifier(identifier: identifier, identifierType: row[2]),
                    path: FragmentPath(entity: row[4])))
        }
        return keys
    }
}
