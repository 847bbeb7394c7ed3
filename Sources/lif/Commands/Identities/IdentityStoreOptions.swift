import ArgumentParser
import LIFConfiguration
import LIFIdentities
import LIFModel
import LIFStores

/// Which identity store a command works on: that of the configured state folder, also while a planner serves from it.
struct IdentityStoreOptions: ParsableArguments {
    @OptionGroup var configurationOptions: ConfigurationOptions
    @Option(name: .long, help: "The organisation of the persons. Default: organization in the configuration.")
    var organization: String?

    /// Opens the store for the length of the work.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`, also when no organisation is known.
    func withStore(_ work: (any IdentityStore, _ organization: String) async throws -> Void) async throws {
        let configuration = try await configurationOptions.load()
        guard let organization = organization ?? configuration.organization else {
            throw LIFError(
                .configurationNotValid,
                "Missing --organization: name the organisation of the persons, or set \"organization\" in the configuration.",
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
