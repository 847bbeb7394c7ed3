import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel

/// Where the configuration is, for every command that needs one.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file. Default: lif.yaml in this folder, if there is one.")
    var config: String?

    /// - Throws: `LIFError` `ConfigurationNotValid`, with file and line.
    func load() throws -> SystemConfiguration {
        var file = config
        if file == nil, FileManager.default.fileExists(atPath: "lif.yaml") { file = "lif.yaml" }
        return try SystemConfiguration.load(file: file, environment: ProcessInfo.processInfo.environment)
    }
}
