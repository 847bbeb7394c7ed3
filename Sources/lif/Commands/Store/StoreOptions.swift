import ArgumentParser
import LIFConfiguration
import LIFModel
import LIFStores

/// Which store a command works on: that of the configured state folder.
struct StoreOptions: ParsableArguments {
    @OptionGroup var configurationOptions: ConfigurationOptions

    /// Opens the store for the length of the work, also while processes serve from it.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when there is none.
    func withStore(_ work: (LIFStores, SystemConfiguration) async throws -> Void) async throws {
        let configuration = try await configurationOptions.load(role: .orchestrator)
        guard configuration.hasStores else {
            throw LIFError(
                .configurationNotValid,
                "There is no store in the state folder \"\(configuration.stateDirectory)\". Give the configuration that "
                    + "the server runs with.", blame: .us)
        }
        try await LIFStores.with(try configuration.openStores()) { try await work($0, configuration) }
    }
}
