import ArgumentParser
import LIFConfiguration
import LIFModel

struct SourcesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the configured sources. None is asked.")

    @OptionGroup var configurationOptions: ConfigurationOptions

    func run() async throws {
        try await failing {
            let configuration = try await configurationOptions.load(role: .orchestrator)
            var table = TextTable(["source", "adapter", "organization", "fresh for", "paths"])
            for source in configuration.catalogue.sources {
                table.add([
                    source.id, source.adapterID, source.organization ?? "", Self.hours(source.timeToLive),
                    source.fragmentPaths.map(\.description).joined(separator: ", "),
                ])
            }
            print(table.text)
        }
    }

    /// As `ttl_hours` has it.
    private static func hours(_ time: Duration) -> String {
        let hours = time / .seconds(3_600)
        return hours == hours.rounded() ? "\(Int(hours)) h" : "\(hours) h"
    }
}
