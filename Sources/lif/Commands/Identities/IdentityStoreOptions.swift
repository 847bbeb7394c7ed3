import ArgumentParser
import LIFConfiguration
import LIFIdentities
import LIFModel
import LIFStores

/// Which identity store a command works on: that of the configured state folder, also while a planner serves from it.
struct IdentityStoreOptions: ParsableArguments {
    @OptionGroup var configurationOptions: ConfigurationOptions
    @Option(name: .long, help: "The organisation whose persons are meant. Default: organization in the configuration.")
    var organization: String?

    /// Opens the store for the length of the work.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`, also when no organisation is known.
    func withStore(_ work: (any IdentityStore, _ organization: String) async throws -> Void) async throws {
        let configuration = try await configurationOptions.load()
        guard let organization = organization ?? configuration.organization else {
            throw LIFError(
                .configurationNotValid,
                "Whose persons are meant? Set \"organization\" in the configuration, or give --organization.",
                blame: .us)
        }
        if case .remote = configuration.identityMapper {
            throw LIFError(
                .configurationNotValid,
                "The configuration names a remote Identity Mapper: its mappings are changed there, not here.",
                blame: .us)
        }
        try await LIFStores.with(try configuration.openStores()) { try await work($0.identities, organization) }
    }
}
