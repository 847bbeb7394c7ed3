import ArgumentParser
import Foundation
import LIFConfiguration
import LIFJSON
import LIFModel
import LIFQueryPlanner

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Queries learners' records, at a server or with planner and orchestrator in this process.")

    @OptionGroup var learnerOptions: LearnerOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @Option(help: "The planner's URL, such as http://127.0.0.1:8002. Its token is read from LIF_TOKEN.")
    var url: String?
    @Flag(help: "Print the native result document instead of tables.")
    var json = false

    func run() async throws {
        try await failing {
            let query = try learnerOptions.query()
            let start = ContinuousClock.now
            let result = try await result(query)
            let time = ContinuousClock.now - start
            if json {
                print(result.text)
            } else {
                let report = AnswerReport(result, fields: query.selectedFields)
                print(report.text(time: time) + "\n\n--json prints the native result document.")
            }
        }
    }

    /// The native result document.
    private func result(_ query: LIFQuery) async throws -> RawJSON {
        if let url { return try await PlannerClient(url: url).query(query) }
        let configuration = try await configurationOptions.load()
        configuration.log.bootstrap()
        let system = try LIFSystem(configuration, role: .orchestrator)
        let answer = try await system.closingAfter { try await system.planner.run(query) }
        if !answer.mayKnowLearner {
            throw QueryPlanner.unknownLearner
        }
        return answer.nativeJSON(correlationID: nil)
    }
}
