import GRDB
import LIFModel
public import LIFQueryPlanner
import Synchronization

/// What other processes have changed.
extension SQLiteFragmentStore {
    public func changesByOthers() async throws -> FragmentChanges {
        do {
            return try database.watch { try changes($0) }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    /// The version is read first: a commit in between is then looked at once too often, and never missed.
    private func changes(_ database: Database) throws -> FragmentChanges {
        var last = seen.withLock { $0 }
        let dataVersion = try Self.dataVersion(database)
        if dataVersion == last.dataVersion { return .written([]) }
        last.dataVersion = dataVersion
        let hasRemoval = try lookAtRemovals(database, &last)
        let keys = try keysWritten(database, &last)
        seen.withLock { $0 = last }
        return hasRemoval ? .everything : .written(keys)
    }

    /// - Returns: Whether another has removed something since.
    private func lookAtRemovals(_ database: Database, _ last: inout Seen) throws -> Bool {
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

    private func keysWritten(_ database: Database, _ last: inout Seen) throws -> [FragmentKey] {
        let statement = try database.cachedStatement(
            sql: "SELECT change, writer, source_id, identifier_type, identifier, path FROM fragment WHERE change > ?")
        var keys: [FragmentKey] = []
        let rows = try Row.fetchCursor(statement, arguments: [last.change])
        while let row = try rows.next() {
            last.change = max(last.change, row[0])
            if row[1] == writer { continue }
            let identifier = String(decoding: try row.bytes(4) ?? [], as: UTF8.self)
            keys.append(
                FragmentKey(
                    sourceID: row[2], learner: LearnerIdentifier(identifier: identifier, identifierType: row[3]),
                    path: FragmentPath(entity: row[5])))
        }
        return keys
    }
}
