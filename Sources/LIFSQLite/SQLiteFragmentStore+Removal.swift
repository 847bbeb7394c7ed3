public import Foundation
import GRDB
public import LIFModel
import LIFQueryPlanner

/// Removing: the other processes on the store are notified, because what is gone cannot be listed.
extension SQLiteFragmentStore {
    /// How many removals are kept for others to look at. Who has missed one believes nothing, as after any removal.
    private static let removalsKept = 64

    /// Removes the oldest fragments first, and notifies the other processes; see ``FragmentStore/remove(storedBefore:limit:)``.
    ///
    /// When no older fragments are left, notes of replaced identities and of forgotten learners from before `time` go too.
    public func remove(storedBefore time: Date, limit: Int) async throws -> Int {
        try await database.store { [writer] database in
            let count = try database.change(
                """
                DELETE FROM fragment WHERE rowid IN (
                    SELECT rowid FROM fragment WHERE stored_at < ? ORDER BY stored_at LIMIT ?)
                """, [time.column, max(limit, 0)])
            if count > 0 { try Self.tellOfRemoval(by: writer, database) }
            // The last of them is gone.
            if count < limit {
                try FormerIdentities.remove(replacedBefore: time, database)
                try database.change("DELETE FROM fragment_forgotten WHERE at < ?", [time.column])
            }
            return count
        }
    }

    /// See ``FragmentStore/forget(_:now:)``. Who was forgotten is kept as a keyed hash, so that a late write can be refused.
    public func forget(_ learners: Set<LearnerIdentifier>, now: Date) async throws -> Int {
        try await database.store { [writer] database in
            let known = try ForgottenLearners.known(database)
            for learner in learners {
                try database.change(
                    "INSERT INTO fragment_forgotten VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
                    [known.hash(learner), now.column])
            }
            var count = 0
            // The key begins with the source, so that each source is asked.
            for source in try Self.sources(database) {
                for learner in learners {
                    count += try database.change(
                        "DELETE FROM fragment WHERE source_id = ? AND identifier_type = ? AND identifier = ?",
                        [source, learner.typeToken, learner.column])
                }
            }
            // Also when there was nothing: another process may hold an answer whose fragments it could not write.
            try Self.tellOfRemoval(by: writer, database)
            return count
        }
    }

    /// Those that were not fetched before their learner was forgotten.
    static func notForgotten(_ fragments: [StoredFragment], _ database: Database) throws -> [StoredFragment] {
        let any = try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM fragment_forgotten)")
        guard try Bool.fetchOne(any) == true else { return fragments }
        let known = try ForgottenLearners.known(database)
        let time = try database.cachedStatement(sql: "SELECT at FROM fragment_forgotten WHERE learner = ?")
        var times: [LearnerIdentifier: Double?] = [:]
        return try fragments.filter { fragment in
            let learner = fragment.key.learner
            let forgotten = try times[learner] ?? Double.fetchOne(time, arguments: [known.hash(learner)])
            times[learner] = .some(forgotten)
            return forgotten.map { fragment.storedAt.timeIntervalSinceReferenceDate > $0 } ?? true
        }
    }

    /// Every source that anything is kept of, configured or not. Costs one look-up for each.
    private static func sources(_ database: Database) throws -> [String] {
        let next = try database.cachedStatement(sql: "SELECT min(source_id) FROM fragment WHERE source_id > ?")
        var sources: [String] = []
        if try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM fragment WHERE source_id = '')") == true {
            sources.append("")
        }
        while let source = try String.fetchOne(next, arguments: [sources.last ?? ""]) { sources.append(source) }
        return sources
    }

    private static func tellOfRemoval(by writer: String, _ database: Database) throws {
        try database.change("INSERT INTO fragment_removal (writer) VALUES (?)", [writer])
        try database.change(
            "DELETE FROM fragment_removal WHERE number <= ?", [database.lastInsertedRowID - Int64(removalsKept)])
    }
}
