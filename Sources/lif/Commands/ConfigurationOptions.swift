import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel
import LIFOperators

/// Where the configuration is, for every command that needs one.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file. Default: lif.yaml in this folder, if there is one.")
    var config: String?

    /// The file that is used; `nil` for the environment alone.
    var file: String? {
        config ?? (FileManager.default.fileExists(atPath: "lif.yaml") ? "lif.yaml" : nil)
    }

    /// The token of whoever runs a command. A file that it was read from may have a line break at its end.
    static var token: String? {
        let text = ProcessInfo.processInfo.environment["LIF_TOKEN"]?.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether there is any configuration.
    var isThere: Bool {
        let environment = ProcessInfo.processInfo.environment
        let sources = [DeployedEnvironment.informationSources, DeployedEnvironment.informationSourcesYAML]
        return file != nil || sources.contains { environment[$0] != nil }
    }

    /// - Parameters:
    ///   - role: What the process that uses it is for; `nil` for both.
    ///   - seen: Told where a change may be one of this configuration, also of one that is not valid.
    /// - Throws: `LIFError` `ConfigurationNotValid`, with file and line.
    func load(role: Role? = nil, seen: (ConfigurationPaths) -> Void = { _ in }) async throws -> SystemConfiguration {
        try await SystemConfiguration.load(
            file: file, adapters: Adapters.all, environment: ProcessInfo.processInfo.environment,
            isOrchestratorAlone: role == .orchestrator, seen: seen)
    }
}
