import ArgumentParser
import LIFConfiguration
import LIFModel
import LIFOrchestrator
import LIFQueryPlanner
import LIFWorkflow

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows the query plan and the workflow graph of a query. Nothing is fetched.")

    @OptionGroup var learnerOptions: LearnerOptions
    @OptionGroup var configurationOptions: ConfigurationOptions

    func run() async throws {
        try await failing {
            let query = try learnerOptions.query()
            let configuration = try await configurationOptions.load()
            configuration.log.bootstrap()
            let system = try LIFSystem(configuration, role: .orchestrator)
            let explanation = try await system.closingAfter { try await system.planner.explain(query) }
            print(explanation.description)
            if !explanation.plan.parts.isEmpty {
                let parser = system.orchestrator.parser
                let plan = try parser.validated(explanation.plan)
                print(try parser.graph(of: plan, workflow: WorkflowSettings()).description)
            }
        }
    }
}
