import ArgumentParser
import LIFConfiguration
import LIFModel
import LIFOrchestrator

struct SourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources", abstract: "Looks at the information sources.", subcommands: [Check.self],
        defaultSubcommand: Check.self)

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks every configured source whether it answers. Exit code 1 when one does not.")

        @OptionGroup var configurationOptions: ConfigurationOptions

        func run() async throws {
            try await failing {
                // Sources are the orchestrator's to ask.
                let configuration = try await configurationOptions.load(role: .orchestrator)
                configuration.log.bootstrap()
                let system = try LIFSystem(configuration, role: .orchestrator)
                let results = try await system.closingAfter { await system.checkSources() }
                var table = TextTable(["source", "adapter", "answers", ""])
                for (source, result) in results {
                    switch result {
                    case .success(let sentence): table.add([source.id, source.adapterID, "yes", sentence])
                    case .failure(let failure):
                        table.add([source.id, source.adapterID, "no", "\(failure.reason.rawValue): \(failure.message)"])
                    }
                }
                print(table.text)
                if results.contains(where: { (try? $0.result.get()) == nil }) { throw ExitCode.failure }
            }
        }
    }
}
