import LIFEmbeddedEngine
import LIFJSON
import LIFMetrics
import LIFModel
import LIFOrchestrator
import LIFQueryPlanner
import LIFServer
import LIFTesting
import LIFWorkflow
import Logging

/// Planner and orchestrator over the embedded engine, with scripted operators and stores in memory.
struct TestSystem {
    /// org1 supplies Name and CredentialAward, "partner two" Name; each has an adapter of its own.
    static let sources = [
        source("org1", ["Name", "CredentialAward"]), source("partner two", ["Name"], staleIfError: .seconds(3_600)),
    ]

    let planner: QueryPlanner
    let orchestrator: Orchestrator
    let store = MemoryJournal()
    let journal: HookedJournal
    /// Counts how often a job was looked at.
    let reads = Tally()
    let metrics = MetricsRegistry()
    let time: ManualTime
    let logger: Logger

    /// - Parameter operators: By source id; a source without one has the data of `answering`.
    init(
        _ operators: [String: ScriptedOperator] = [:], sources: [InformationSource] = Self.sources,
        timeout: Duration = .seconds(15), synchronousWait: Duration = .seconds(15), openPartLimit: Int = 100_000,
        time: ManualTime = ManualTime(), log: RecordedLog? = nil
    ) {
        var registry = OperatorRegistry()
        for source in sources {
            let scripted = operators[source.id] ?? Self.answering
            registry.register(source.adapterID) { _ in scripted }
        }
        let catalogue = SourceCatalogue(sources)
        self.time = time
        journal = HookedJournal(
            store, before: { [reads] call in if case .run(_, document: true) = call { reads.add() } })
        for (name, help) in OrchestratorMetrics.help + ServerMetrics.help { metrics.describe(name, help: help) }
        logger = RecordedLog.logger(log)
        orchestrator = Orchestrator(
            configuration: OrchestratorConfiguration(
                catalogue: catalogue,
                defaults: SourceSettings(policy: TaskPolicy(retries: 0, timeout: .seconds(60)), breaker: .never),
                openPartLimit: openPartLimit, synchronousWait: synchronousWait),
            registry: registry, scheduler: EmbeddedEngine(), stores: .memory(journal: journal), metrics: metrics,
            logger: logger, now: { time.now })
        planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: catalogue, timeout: timeout), runner: orchestrator,
            fragments: MemoryFragmentStore(), requests: ProcessedRequestStore(), logger: logger,
            now: { time.now })
    }

    static func source(
        _ id: String, _ entities: [String], staleIfError: Duration = .zero
    ) -> InformationSource {
        InformationSource(
            id: id, adapterID: "adapter-of-\(id)", timeToLive: .seconds(60), staleIfError: staleIfError,
            fragmentPaths: entities.map { FragmentPath(entity: $0) })
    }

    /// One name and one award.
    static var answering: ScriptedOperator { ScriptedOperator(step) }

    static var step: ScriptedOperator.Step {
        .fragments([
            fragment("Name", #"{"firstName":"Ada","lastName":"Byron"}"#),
            fragment("CredentialAward", #"{"name":"Diploma","credits":3.0}"#),
        ])
    }

    static func fragment(_ entity: String, _ items: String...) -> Fragment {
        Fragment(
            path: FragmentPath(entity: entity),
            content: FragmentContent(items.compactMap { try? RawJSON(validating: Array($0.utf8)) }))
    }

    static let unreachable = LIFError.source(.unreachable, "The source cannot be reached.")
}
