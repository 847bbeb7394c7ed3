import ArgumentParser
import LIFConfiguration
import LIFModel
import LIFOrchestrator

struct SourcesCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks that every configured source answers, and shows probable mistakes.",
        discussion: """
            It also prints the notices of the configuration that a server logs at its start: \
            names that the data model does not know, time-outs that contradict each other, settings that are not used. The paths of a \
            partner are compared with its schema, the columns of a database or table with the mapping.

            Exit code 0: every source answers, and with --strict there is no notice. 1: a source does not answer, or the \
            configuration cannot be used. 2: with --strict, every source answers and there are notices.
            """)

    @Flag(name: .long, help: "Ends with exit code 2 when there is a notice.")
    var strict = false

    @OptionGroup var configurationOptions: ConfigurationOptions

    func run() async throws {
        try await failing {
            // Sources are the orchestrator's to ask.
            let configuration = try await configurationOptions.load(role: .orchestrator)
            configuration.log.bootstrap()
            let system = try LIFSystem(configuration, role: .orchestrator)
            let report = SourcesReport(
                checks: try await system.closingAfter { await system.checkSources() },
                notices: configuration.notices)
            print(report.text)
            if !report.isWell { throw ExitCode(1) }
            if strict, report.hasNotices { throw ExitCode(2) }
        }
    }
}
