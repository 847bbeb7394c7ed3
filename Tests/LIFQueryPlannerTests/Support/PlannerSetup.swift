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
    let requests: ProcessedRequestStore
    let lookups: CountingIdentities
    let planner: QueryPlanner

    /// - Parameters:
    ///   - operators: By source id. Every source has an adapter of its own.
    ///   - runner: Runs plans instead of an orchestrator with the operators.
    init(
        _ sources: [InformationSource], _ operators: [String: ScriptedOperator] = [:], time: ManualTime = ManualTime(),
        runner: (any PlanRunner)? = nil, fragments: any FragmentStore = MemoryFragmentStore(),
        requests: ProcessedRequestStore = ProcessedRequestStore(), leases: any Leases = SoleLease(),
        identities: any IdentityLookup = SharedIdentities(), metrics: PlannerMetrics = PlannerMetrics(),
        configure: (inout QueryPlannerConfiguration) -> Void = { _ in }
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
        var configuration = QueryPlannerConfiguration(catalogue: catalogue, timeout: .seconds(60))
        configure(&configuration)
        planner = QueryPlanner(
            configuration: configuration,
            runner: runner
                ?? Orchestrator(
                    configuration: OrchestratorConfiguration(
                        catalogue: catalogue, defaults: SourceSettings(policy: .test, breaker: .never)),
                    registry: registry, scheduler: EmbeddedEngine(), stores: .memory(), logger: .silent,
                    now: { time.now }),
            fragments: fragments, requests: requests, leases: leases, identities: lookups, metrics: metrics,
            logger: .silent, now: { time.now })
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
    staleWhileRevalidate: Duration = .zero, organization: String? = nil, isPartner: Bool? = nil, origin: String? = nil
) -> InformationSource {
    InformationSource(
        id: id, organization: organization, adapterID: "adapter-of-\(id)", timeToLive: ttl,
        staleIfError: staleIfError, staleWhileRevalidate: staleWhileRevalidate,
        fragmentPaths: entities.map(FragmentPath.init(entity:)), isPartner: isPartner, origin: origin)
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

/// Counts how often it is asked: each query that is not answered from memory asks once for each of its pages.
final class CountingIdentities: IdentityLookup {
    let asked = Tally()
    private let lookup: any IdentityLookup

    init(_ lookup: any IdentityLookup) { self.lookup = lookup }

    func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]] {
        asked.add()
        return try await lookup.identities(of: learners, at: sources)
    }

    func hasChanged() async throws -> Bool { try await lookup.hasChanged() }
}

/// Identities as a mapper gives them, by source id; the same for every learner, and replaceable.
final class GivenIdentities: IdentityLookup {
    private let state: Mutex<(identities: [String: LearnerIdentifier], hasChanged: Bool)>

    init(_ identities: [String: LearnerIdentifier]) { state = Mutex((identities, false)) }

    func replace(_ identities: [String: LearnerIdentifier]) { state.withLock { $0 = (identities, true) } }

    func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]] {
        let identities = state.withLock { $0.identities }
        return learners.map { _ in identities }
    }

    func hasChanged() async throws -> Bool {
        state.withLock { state in
            defer { state.hasChanged = false }
            return state.hasChanged
        }
    }
}

extension QueryPlanner.Reply {
    var answer: ReadyAnswer? {
        if case .answer(let ready) = self { ready } else { nil }
    }

    var kept: KeptAnswer? {
        if case .kept(let kept) = self { kept } else { nil }
    }

    var cached: CachedAnswer? {
        if case .cached(let cached) = self { cached } else { nil }
    }

    var correlationID: RandomID? {
        if case .goesOn(let id) = self { id } else { nil }
    }
}

extension QueryOptions {
    /// Waits no time at all: what the cache has not is asynchronous.
    static let noTime = QueryOptions(wait: .zero)
    /// Long enough for a source to be asked, too short for one that hangs.
    static let shortTime = QueryOptions(wait: .milliseconds(20))
}

extension StreamedAnswer {
    func compatible() async throws -> String {
        var bytes: [UInt8] = []
        try await writeCompatible { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    func native() async throws -> RawJSON {
        var bytes: [UInt8] = []
        try await writeNative(correlationID: nil) { bytes += $0 }
        return try RawJSON(validating: bytes)
    }
}

extension QueryPlanner {
    /// The compatible answer to an asynchronous query, when it has ended well.
    func compatible(_ id: RandomID) async throws -> String {
        let done = try await request(id, waitingFor: .seconds(60))
        guard done.state == .completed else { return "it is \(done.state)" }
        return try await answer(to: done).compatible()
    }
}
