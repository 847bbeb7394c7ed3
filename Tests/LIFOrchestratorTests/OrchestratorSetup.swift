import Foundation
import LIFEmbeddedEngine
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Logging

@testable import LIFOrchestrator

/// An orchestrator with scripted sources `org1`, `org2`, …, each with its adapter, and stores in memory.
struct OrchestratorSetup {
    static let learner = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER")

    let time = ManualTime()
    let operators: [ScriptedOperator]
    let jobs: any JobStore
    let queue: any OutputQueue
    let engine: any WorkflowEngine
    let orchestrator: Orchestrator

    init(
        _ operators: [ScriptedOperator], jobs: any JobStore = MemoryJobStore(),
        queue: any OutputQueue = MemoryOutputQueue(), engine: any WorkflowEngine = EmbeddedEngine(),
        policy: TaskPolicy = TaskPolicy(retries: 0, timeout: .seconds(30)), runner: TaskRunner = TaskRunner(),
        translation: Translation? = nil, partLimit: Int = 10_000, logger: Logger = .silent
    ) {
        self.operators = operators
        self.jobs = jobs
        self.queue = queue
        self.engine = engine
        let sources = operators.indices.map { index in
            InformationSource(
                id: Self.source(index), adapterID: Self.adapter(index), timeToLive: .seconds(60),
                fragmentPaths: ["Name", "Contact"].map(FragmentPath.init(entity:)),
                translation: index == 0 ? translation : nil)
        }
        var registry = OperatorRegistry()
        for (index, adapter) in operators.enumerated() { registry.register(Self.adapter(index)) { _ in adapter } }
        let time = time
        orchestrator = Orchestrator(
            configuration: OrchestratorConfiguration(
                catalogue: SourceCatalogue(sources), defaultPolicy: policy, partLimit: partLimit),
            registry: registry, engine: engine, jobs: jobs, queue: queue, runner: runner, logger: logger,
            now: { time.now })
    }

    static func source(_ index: Int) -> String { "org\(index + 1)" }
    static func adapter(_ index: Int) -> String { "adapter-of-\(source(index))" }

    /// A plan with one part for each of the sources.
    func plan(translation: Translation? = nil) -> QueryPlan {
        QueryPlan(parts: operators.indices.map { Self.part($0, translation: $0 == 0 ? translation : nil) })
    }

    static func part(
        _ index: Int, _ entities: [String] = ["Name"], learner: LearnerIdentifier = learner,
        translation: Translation? = nil
    ) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source(index), adapterID: adapter(index), learner: learner,
            fragmentPaths: entities.map(FragmentPath.init(entity:)), translation: translation)
    }

    /// The report of a job that ends; it fails a test when it does not.
    func finished(_ id: JobID) async throws -> Orchestrator.Report {
        let orchestrator = orchestrator
        return try await within("the end of a job") { try await orchestrator.report(id, waitingFor: .seconds(60)) }
    }
}

extension LIFError {
    static let refused = LIFError.source(.refused, "The source refused the credential.")
    static let away = LIFError.source(.unreachable, "The source is away.", isRetryable: true)
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
