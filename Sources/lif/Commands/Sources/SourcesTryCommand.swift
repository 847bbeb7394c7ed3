import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel
import LIFWorkflow
import Synchronization

struct SourcesTryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Asks one source for a learner, as a query does, and shows what happens.",
        discussion: """
            Shows the requests (without credentials), the raw answers, the fragments that become of them, and what of the \
            mapping matched nothing. The source is asked by the code that a query is answered with, with its translation and \
            the steps of its pipeline; nothing is kept, and the cache is not looked at. What it prints is the learner's data.

            Exit code 0: there is data, and all of the mapping found something. 1: the source failed, or cannot be asked. \
            2: it answered, and it does not know the learner, has nothing, or something of the mapping matched nothing.
            """)

    @Argument(help: "The source's id.")
    var source: String

    @Option(
        name: .long,
        help:
            "The learner, as TYPE:IDENTIFIER. Default: the first line of standard input, which no list of processes shows."
    )
    var learner: String?

    @Flag(name: .long, help: "Shows answers and fragments whole, and not only their beginning.")
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
