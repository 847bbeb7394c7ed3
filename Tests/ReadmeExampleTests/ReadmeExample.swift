import Foundation
import LIFEmbeddedEngine
import LIFHTTP
import LIFJSON
import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFQueryPlanner
import LIFSQLite
import LIFStores
import LIFWorkflow

// The code of README.md and docs/guides/use-as-a-library.md. `ReadmeExampleTests` compares them.

/// An adapter of one's own: one attempt to fetch a learner's fragments from one source.
struct SkillsRegister: TaskOperator {
    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        guard part.learner.identifier == "100001" else { return OperatorReport(learnerKnown: false) }
        let member = try RawJSON(validating: Array(#"[{"name":"Welding"},{"name":"First aid"}]"#.utf8))
        if let content = FragmentContent(member: member) {
            try await emit(.fragment(Fragment(path: FragmentPath(entity: "Proficiency"), content: content)))
        }
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "answers" }
}

/// Asks a planner and an orchestrator in this process for a learner's record.
func record(of learner: LearnerIdentifier, stateFolder: URL) async throws -> String {
    let catalogue = SourceCatalogue([
        InformationSource(
            id: "skills", adapterID: "skills-register", timeToLive: .seconds(3_600),
            fragmentPaths: [FragmentPath(entity: "Proficiency")])
    ])
    var adapters = OperatorRegistry()
    adapters.register("skills-register") { _ in SkillsRegister() }

    let stores = try LIFStores.sqlite(folder: stateFolder)
    let scheduler = EmbeddedEngine()
    let orchestrator = Orchestrator(
        configuration: OrchestratorConfiguration(catalogue: catalogue), registry: adapters, scheduler: scheduler,
        stores: stores.orchestrator())
    let planner = QueryPlanner(
        configuration: QueryPlannerConfiguration(catalogue: catalogue), runner: orchestrator,
        fragments: stores.fragments, requests: ProcessedRequestStore(stores.journal))

    let answer = try await planner.run(LIFQuery(learners: [learner], selectedFields: ["Person.Proficiency"]))

    await planner.shutdown()
    await orchestrator.shutdown()
    await scheduler.shutdown()
    try await stores.database.close()
    return answer.compatibleJSON.text
}

/// The adapter `lif-to-lif` for one partner organisation.
func partnerAdapter(endpoint: String, token: String, http: OutgoingHTTPClient) -> OperatorRegistry {
    var adapters = OperatorRegistry()
    adapters.register("lif-to-lif") { _ in
        LIFToLIFOperator(
            configuration: LIFToLIFConfiguration(endpoint: endpoint, token: Secret(token)), http: http)
    }
    return adapters
}
