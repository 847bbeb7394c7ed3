import Foundation
import LIFEmbeddedEngine
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFTesting
import LIFWorkflow
import Logging
import Synchronization

@testable import LIFQueryPlanner

/// A planner over a real orchestrator and engine, with scripted sources and stores in memory.
struct PlannerSetup {
    static let learner = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER")

    let time: ManualTime
    let catalogue: SourceCatalogue
    let operators: [String: ScriptedOperator]
    let fragments: any FragmentStore
    let requests: any ProcessedRequestStore
    let lookups: CountingIdentities
    let planner: QueryPlanner

    /// - Parameter operators: By source id. Every source has an adapter of its own.
    init(
        _ sources: [InformationSource], _ operators: [String: ScriptedOperator], time: ManualTime = ManualTime(),
        fragments: any FragmentStore = MemoryFragmentStore(),
        requests: any ProcessedRequestStore = MemoryProcessedRequestStore(),
        identities: any IdentityLookup = SharedIdentities(), learnerLimit: Int = 100
    ) {
        self.time = time
        self.operators = operators
        self.fragments = fragments
        self.requests = requests
        catalogue = SourceCatalogue(sources)
        lookups = CountingIdentities(identities)
        var registry = OperatorRegistry()
        for source in sources {
            guard let adapter = operators[source.id] else { continue }
            registry.register(source.adapterID) { _ in adapter }
        }
        let orchestrator = Orchestrator(
            configuration: OrchestratorConfiguration(
                catalogue: catalogue, defaults: SourceSettings(policy: .test, breaker: .never)), registry: registry,
            engine: EmbeddedEngine(), stores: .memory(), logger: .silent,
            now: { time.now })
        planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: catalogue, learnerLimit: learnerLimit),
            runner: orchestrator, fragments: fragments, requests: requests, identities: lookups, logger: .silent,
            now: { time.now })
    }

    func calls(_ source: String) -> Int { operators[source]?.callCount ?? 0 }

    func run(_ fields: [String] = [], learner: LearnerIdentifier = learner) async throws -> QueryAnswer {
        let planner = planner
        return try await within("an answer") { try await planner.run(query(fields, learner: learner)) }
    }
}

func query(_ fields: [String] = [], learner: LearnerIdentifier = PlannerSetup.learner) -> LIFQuery {
    LIFQuery(learners: [learner], selectedFields: fields)
}

func source(
    _ id: String, _ entities: [String], ttl: Duration = .seconds(3_600), staleIfError: Duration = .zero,
    origin: String? = nil
) -> InformationSource {
    InformationSource(
        id: id, adapterID: "adapter-of-\(id)", timeToLive: ttl, staleIfError: staleIfError,
        fragmentPaths: entities.map(FragmentPath.init(entity:)), origin: origin)
}

extension TaskPolicy {
    static let test = TaskPolicy(retries: 0, timeout: .seconds(30))
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension LIFError {
    static let refused = LIFError.source(.refused, "The source refused the credential.")
}

extension QueryAnswer {
    /// `org1 Person.Name fetched 2`, one for each part.
    var summary: [String] {
        parts.map { "\($0.sourceID) \($0.path) \($0.outcome.rawValue) \($0.items)" }
    }
}

/// Counts how often it is asked: each query that is not answered from memory asks once per learner.
final class CountingIdentities: IdentityLookup {
    let asked = Tally()
    private let lookup: any IdentityLookup

    init(_ lookup: any IdentityLookup) { self.lookup = lookup }

    func identities(
        of learner: LearnerIdentifier, at sources: [InformationSource]
    ) async throws -> [String: LearnerIdentifier] {
        asked.add()
        return try await lookup.identities(of: learner, at: sources)
    }
}

/// Identities as a mapper gives them, by source id; the same for every learner.
struct MappedIdentities: IdentityLookup {
    let identities: [String: LearnerIdentifier]

    func identities(
        of learner: LearnerIdentifier, at sources: [InformationSource]
    ) async throws -> [String: LearnerIdentifier] { identities }
}
