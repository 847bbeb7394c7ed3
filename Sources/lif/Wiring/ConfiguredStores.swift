import Foundation
import LIFConfiguration
import LIFModel
import LIFNeighbours
import LIFSQLite
import LIFStores

/// The one place that knows which database the configuration names: the SQLite file of its state folder.
extension SystemConfiguration {
    private var stateFolder: URL { URL(filePath: stateDirectory, directoryHint: .isDirectory) }

    /// Opens the stores, and makes them where there are none.
    ///
    /// - Parameter takesPart: Whether this process shares the others' work.
    /// - Throws: `LIFError` `ConfigurationNotValid`, `OutputQueueNotAvailableException`.
    func openStores(takesPart: Bool = false) throws -> LIFStores {
        try .sqlite(folder: stateFolder, takesPart: takesPart)
    }

    /// Whether there are stores already.
    var hasStores: Bool {
        FileManager.default.fileExists(
            atPath: stateFolder.appending(path: LIFDatabase.fileName).path(percentEncoded: false))
    }

    /// Puts a backup in the place of the stores.
    ///
    /// - Returns: Where the former ones are kept; `nil` when there were none.
    /// - Throws: As `LIFDatabase.restore`.
    func restoreStores(from backup: URL) throws(LIFError) -> URL? {
        try LIFDatabase.restore(from: backup, to: stateFolder)
    }

    /// Whose persons learners are.
    var identityScope: IdentityScope {
        switch identityMapper {
        case nil: IdentityScope(organization: organization)
        case .embedded(let organization): IdentityScope(organization: organization)
        case .remote(let mapper): IdentityScope(organization: mapper.organization, mapper: mapper.baseURL)
        }
    }
}

extension LIFStores {
    /// Does the work with the stores and closes them then, also when the work throws.
    static func with<Value>(_ stores: LIFStores, _ work: (LIFStores) async throws -> Value) async throws -> Value {
        let value: Value
        do {
            value = try await work(stores)
        } catch {
            // The work's error says more than one that closing may add.
            try? await stores.database.close()
            throw error
        }
        try await stores.database.close()
        return value
    }
}
