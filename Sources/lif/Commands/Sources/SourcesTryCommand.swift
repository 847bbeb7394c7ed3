import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel
import LIFWorkflow
import Synchronization

struct SourcesTryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Fetches a learner from one source, as a query does, and shows each step.",
        discussion: """
            Shows the requests (without credentials), the raw answers, the resulting fragments, and the paths of the \
            mapping that found nothing. It runs the code that answers queries, with the source's translation and \
            the steps of its pipeline; nothing is stored, and the cache is not read. The output is the learner's data.

            Exit code 0: there is data, and each path of the mapping found something. 1: the source failed, or cannot be asked. \
            2: it does not know the learner, has no data, or a path of the mapping found nothing.
            """)

    @Argument(help: "The source's id.")
    var source: String

    @Option(
        name: .long,
        help:
            "The learner, as TYPE:IDENTIFIER. Default: the first line of standard input, which no process list shows."
    )
    var learner: String?

    @Flag(name: .long, help: "Shows answers and fragments in full.")
    var full = false

    @OptionGroup var configurationOptions: ConfigurationOptions

    func run() async throws {
        try await failing {
            let asked = try LearnerOptions.identifier(try learner ?? Self.readLearner())
            let configuration = try await configurationOptions.load(role: .orchestrator)
            configuration.log.bootstrap()
            let system = try LIFSystem(configuration, role: .orchestrator)
            let events = Mutex<[OperatorTrace.Event]>([])
            let trial = try await system.closingAfter {
                try await system.trySource(
                    source, asked, trace: OperatorTrace { event in events.withLock { $0.append(event) } })
            }
            let report = TrialReport(
                trial: trial, asked: asked, events: events.withLock { $0 }, isFull: full)
            print(report.text)
            if let code = report.exitCode { throw ExitCode(code) }
        }
    }

    private static func readLearner() throws -> String {
        if isatty(STDIN_FILENO) != 0 {
            FileHandle.standardError.write(Data("Learner (TYPE:IDENTIFIER): ".utf8))
        }
        let line = readLine()?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        if line.isEmpty {
            throw LIFError(
                .queryNotValid,
                "Name a learner: --learner TYPE:IDENTIFIER, or TYPE:IDENTIFIER on standard input.")
        }
        return line
    }
}
