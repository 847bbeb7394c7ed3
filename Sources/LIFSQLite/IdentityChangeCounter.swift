import GRDB
import LIFIdentities
import Synchronization

/// A number in the store that moves with each change of something, by whatever process.
struct IdentityChangeCounter: Sendable {
    /// What was read last, and the `PRAGMA data_version` before: as long as that stands still, nobody has committed.
    private final class Seen: Sendable {
        let state = Mutex<(version: Int, number: Int)?>(nil)
    }

    private let subject: IdentitySubject
    private let seen = Seen()

    init(_ subject: IdentitySubject) { self.subject = subject }

    /// - Parameter store: Its watching connection is used: it sees the commits of its own process too.
    func number(_ store: LIFDatabase) throws -> Int {
        do {
            return try store.watch { database in
                // In this order: a commit in between is then looked at once too often, and never missed.
                let pragma = try database.cachedStatement(sql: "PRAGMA data_version")
                let version = try Int.fetchOne(pragma) ?? 0
                if let seen = seen.state.withLock({ $0 }), seen.version == version { return seen.number }
                let statement = try database.cachedStatement(
                    sql: "SELECT value FROM identity_change_counter WHERE name = ?")
                let number = try Int.fetchOne(statement, arguments: [subject.rawValue]) ?? 0
                seen.state.withLock { $0 = (version, number) }
                return number
            }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    /// Moves it; part of the transaction that changes something.
    func move(_ database: Database) throws {
        try database.change(
            "UPDATE identity_change_counter SET value = value + 1 WHERE name = ?", [subject.rawValue])
    }
}
