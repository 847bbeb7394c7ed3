import CoreMetrics
import Foundation
import LIFConcurrency
import LIFEmbeddedEngine
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Logging
import Synchronization

@testable import LIFOrchestrator

/// An orchestrator with scripted sources `org1`, `org2`, …, each with its adapter. Several may share a storage, as processes do.
struct OrchestratorSetup: Sendable {
    static let learner = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER")
    static let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")

    let time: ManualTime
    let operators: [ScriptedOperator]
    let storage: SharedStorage
    let lease: ProcessLease
    /// As its process sees it: changes and reads of parts can be made to fail.
    let journal: HookedJournal
    let engine: any TaskScheduler
    let orchestrator: Orchestrator

    /// - Parameters:
    ///   - before: Called before each call of the journal; what it throws, the call throws.
    ///   - translation: Of the first source.
    init(
        _ operators: [ScriptedOperator] = [ScriptedOperator()], storage: SharedStorage = SharedStorage(),
        time: ManualTime = ManualTime(), breakers: (any BreakerStore)? = nil,
        before: @escaping @Sendable (HookedJournal.Call) async throws -> Void = { _ in },
        after: @escaping @Sendable (HookedJournal.Call) async throws -> Void = { _ in },
        maximumItemBytes: Int = .max,
        engine: any TaskScheduler = EmbeddedEngine(), elsewhere: (any WorkflowEngine)? = nil,
        policy: TaskPolicy = TaskPolicy(retries: 0, timeout: .seconds(30)), breaker: BreakerPolicy = .never,
        runner: TaskRunner = TaskRunner(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        translation: Translation? = nil, usedBytes: Int = 0,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance, logger: Logger = .silent,
        retentionClock: (any RetentionClock)? = nil,
        register: (inout OperatorRegistry) -> Void = { _ in },
        configure: (inout OrchestratorConfiguration) -> Void = { _ in }
    ) {
        self.operators = operators
        self.storage = storage
        self.time = time
        self.engine = engine
        let lease = storage.join()
        self.lease = lease
        journal = HookedJournal(MemoryJournal(sharing: storage.journal), before: before, after: after)
        var configuration = OrchestratorConfiguration(
            catalogue: Self.catalogue(operators.count, translation: translation),
            defaults: SourceSettings(policy: policy, breaker: breaker))
        configure(&configuration)
        orchestrator = Orchestrator(
            configuration: configuration, registry: Self.registry(operators, register), scheduler: engine,
            engine: elsewhere,
            stores: OrchestratorStores(
                journal: journal, maximumItemBytes: maximumItemBytes, log: storage.log, schedules: storage.schedules,
                breakers: breakers ?? storage.breakers, leases: lease, usedBytes: { usedBytes }),
            runner: runner, metrics: metrics, logger: logger, now: { time.now },
            retentionClock: retentionClock, sleep: sleep)
    }

    /// - Parameter adapters: By source, instead of the usual ones.
    static func catalogue(
        _ count: Int, translation: Translation? = nil, adapters: [Int: String] = [:]
    ) -> SourceCatalogue {
        SourceCatalogue(
            (0..<count).map { index in
                InformationSource(
                    id: source(index), adapterID: adapters[index] ?? adapter(index), timeToLive: .seconds(60),
                    fragmentPaths: ["Name", "Contact"].map(FragmentPath.init(entity:)),
                    translation: index == 0 ? translation : nil)
            })
    }

    static func registry(
        _ operators: [ScriptedOperator], _ register: (inout OperatorRegistry) -> Void = { _ in }
    ) -> OperatorRegistry {
        var registry = OperatorRegistry()
        for (index, scripted) in operators.enumerated() { registry.register(adapter(index)) { _ in scripted } }
        register(&registry)
        return registry
    }

    static func source(_ index: Int) -> String { "org\(index + 1)" }
    static func adapter(_ index: Int) -> String { "adapter-of-\(source(index))" }

    /// A plan with one part for each of the sources.
    func plan(translation: Translation? = nil) -> QueryPlan {
        QueryPlan(parts: operators.indices.map { Self.part($0, translation: $0 == 0 ? translation : nil) })
    }

    static func part(
        _ index: Int, _ entities: [String] = ["Name"], learner: LearnerIdentifier = learner,
        translation: Translation? = nil, adapter: String? = nil
    ) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source(index), adapterID: adapter ?? Self.adapter(index), learner: learner,
            fragmentPaths: entities.map(FragmentPath.init(entity:)), translation: translation)
    }

    /// Submits a plan, the one with a part for each source when none is given.
    func submit(
        _ plan: QueryPlan? = nil, workflow: WorkflowSettings = WorkflowSettings(), callback: String? = nil,
        key: String? = nil
    ) async throws -> Job {
        try await orchestrator.submit(
            JobSubmission(plan: plan ?? self.plan(), workflow: workflow, callback: callback, idempotencyKey: key))
    }

    /// The report of a job that ends; it fails a test when it does not.
    func finished(_ id: JobID) async throws -> JobReport {
        let orchestrator = orchestrator
        return try await within("the end of a job") {
            while true {
                let report = try await orchestrator.report(id, waitingFor: .seconds(60))
                // The last outcome lands a moment before the end is noted.
                if report.job.finishedAt != nil { return report }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    /// What has landed, with the data.
    func outcomes(_ id: JobID) async throws -> [Int: Outcome] { try await storage.queue.outcomes(of: id) }

    /// The unfinished jobs of the storage, whoever holds them, oldest first.
    func unfinished() async throws -> [JobID] {
        try await storage.jobs.jobs(JobFilter(status: .running, limit: 1_000)).reversed().map(\.id)
    }

    /// Fails a test when something of a job that has ended stays in the process.
    func leavesNothing() async throws {
        let orchestrator = orchestrator
        try await eventually("nothing left of runs") {
            orchestrator.admission.openParts == 0 && orchestrator.admission.isEmpty
                && orchestrator.board.listenerCount == 0 && orchestrator.timers.count == 0
                && orchestrator.watch.count == 0 && orchestrator.launches.count == 0
                && orchestrator.deliveries.count == 0 && orchestrator.memory.isEmpty
                && orchestrator.callbacks.runningCount == 0
        }
    }
}

extension LIFError {
    static let refused = LIFError.source(.refused, "The source refused the credential.")
    static let away = LIFError.source(.unreachable, "The source is away.", isRetryable: true)
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension TaskRunner {
    /// One that does not wait between attempts.
    static let impatient = TaskRunner(sleep: { _ in try Task.checkCancellation() }, jitter: { 1 })
}
