public import Foundation
import LIFModel
public import LIFStores

extension LIFStores {
    /// The stores in the SQLite file of a state folder.
    ///
    /// - Parameter takesPart: Whether this process shares the others' work: they see that it lives, and take over when it dies.
    /// - Throws: As ``LIFDatabase/init(folder:)`` and ``ProcessLeases/init(folder:renewal:expiry:)``.
    public static func sqlite(folder: URL, takesPart: Bool = false) throws -> LIFStores {
        let database = try LIFDatabase(folder: folder)
        let leases = takesPart ? try ProcessLeases(folder: folder) : nil
        return LIFStores(
            journal: SQLiteJournal(database, leases: leases), fragments: try SQLiteFragmentStore(database),
            identities: SQLiteIdentityStore(database), metadata: SQLiteMetadataStore(database),
            coordination: SQLiteCoordination(database, leases: leases),
            database: SQLiteStoreDatabase(database: database, leases: leases))
    }
}

/// The SQLite file as a whole, with the lease of the process that has it open.
struct SQLiteStoreDatabase: StoreDatabase {
    let database: LIFDatabase
    let leases: ProcessLeases?

    func usedBytes() async throws -> Int { try await database.usedBytes() }

    func backup(to file: URL, overwriting: Bool) async throws {
        try await database.backup(to: file, overwriting: overwriting)
    }

    func forget(_ who: Forgetting, _ scope: IdentityScope) async throws -> Forgotten {
        let removal = LearnerRemoval(database, scope)
        return switch who {
        case .learner(let learner, let aliases): try await removal.remove(learner, aliases: aliases)
        case .returned: try await removal.repeatForgets()
        }
    }

    func changeClock<Value: Sendable>(
        _ change: @escaping @Sendable (inout ClockTrust?) -> Value
    ) async throws -> Value { try await database.changeClock(change) }

    func close() async throws {
        await leases?.shutdown()
        try await database.close()
    }
}
