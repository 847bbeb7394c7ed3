import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel

/// Where the configuration is, for every command that needs one.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file. Default: lif.yaml in this folder, if there is one.")
    var config: String?

    /// The file that is used; `nil` for the environment alone.
    var file: String? {
        config ?? (FileManager.default.fileExists(atPath: "lif.yaml") ? "lif.yaml" : nil)
    }

    /// Whether there is any configuration.
    var isThere: Bool {
        file != nil || ProcessInfo.processInfo.environment[DeployedEnvironment.informationSources] != nil
    }

    /// - Parameter role: What the process that uses it is for; `nil` for both.
    /// - Throws: `LIFError` `ConfigurationNotValid`, with file and line.
    func load(role: Role? = nil) async throws -> SystemConfiguration {
        try await SystemConfiguration.load(
            file: file, environment: ProcessInfo.processInfo.environment,
            isOrchestratorAlone: role == .orchestrator)
    }
}
