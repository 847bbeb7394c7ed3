import Foundation
import LIFConcurrency
public import LIFModel

/// What a Query Planner needs to know beside its helpers.
public struct QueryPlannerConfiguration: Sendable, Hashable {
    /// The sources and the data model as the configuration has them.
    public var catalogue: SourceCatalogue
    /// How long a client that asks synchronously waits before it gets the address at which the query goes on.
    public var timeout: Duration
    /// How many learners one query may name.
    public var learnerLimit: Int
    /// A query above one of these is answered asynchronously, for those who allow it.
    public var synchronousLimits: SynchronousLimits
    /// How many asynchronous queries may be pending; further ones are refused.
    public var pendingLimit: Int
    /// Bytes that answers kept in memory may take.
    public var memoryBudget: Int
    /// How long answers, fragments and the ids of queries are kept.
    public var retention: PlannerRetention
    /// Which organisation we are, and what partners' planners get from us.
    public var federation: FederationSettings
    /// Pauses after which an asynchronous query tries again what the store, or somebody else, has refused.
    var retry = RetryPolicy.storage

    /// A configuration whose defaults are those of `docs/reference/configuration.md`.
    ///
    /// - Parameters:
    ///   - timeout: The longest time that a client waits for an answer.
    ///   - memoryBudget: In bytes.
    public init(
        catalogue: SourceCatalogue, timeout: Duration = .seconds(15), learnerLimit: Int = 10_000,
        synchronousLimits: SynchronousLimits = SynchronousLimits(), pendingLimit: Int = 1_000,
        memoryBudget: Int = 64 << 20, retention: PlannerRetention = PlannerRetention(),
        federation: FederationSettings = FederationSettings()
    ) {
        self.catalogue = catalogue
        self.timeout = timeout
        self.learnerLimit = learnerLimit
        self.synchronousLimits = synchronousLimits
        self.pendingLimit = pendingLimit
        self.memoryBudget = memoryBudget
        self.retention = retention
        self.federation = federation
    }
}

/// Above which size a query is answered asynchronously, where its client allows that (Query Planner seed, "Interface": "may
/// heuristically determine").
public struct SynchronousLimits: Sendable, Hashable {
    /// Learners that the query names.
    public var learners: Int
    /// Fetches that it needs.
    public var parts: Int
    /// Bytes that the answer is expected to have.
    public var volume: Int

    /// Limits; the volume is in bytes.
    public init(learners: Int = 100, parts: Int = 1_000, volume: Int = 32 << 20) {
        self.learners = learners
        self.parts = parts
        self.volume = volume
    }

    /// Whether a query of this size is answered synchronously: no limit is exceeded.
    public func allow(learners: Int, parts: Int, volume: Int) -> Bool {
        learners <= self.learners && parts <= self.parts && volume <= self.volume
    }
}

/// How long a planner keeps what it has done.
public struct PlannerRetention: Sendable, Hashable {
    /// The answer of an asynchronous query, after its end.
    public var results: Duration
    /// That there was such a query, after its end: its id is answered with 410 until then, with 404 afterwards.
    public var requests: Duration
    /// A fragment that was not fetched again.
    public var fragments: Duration

    /// Retention times; a query's count from its end, a fragment's from its fetch.
    public init(
        results: Duration = .seconds(7 * 86_400), requests: Duration = .seconds(30 * 86_400),
        fragments: Duration = .seconds(30 * 86_400)
    ) {
        self.results = results
        self.requests = requests
        self.fragments = fragments
    }

    enum Kept: Sendable {
        case all
        /// That there was such a query.
        case id
        case nothing
    }

    /// What is still kept of an asynchronous query. Pure.
    func kept(of request: ProcessedRequest, now: Date) -> Kept {
        guard let age = request.finishedAt.map({ now.timeIntervalSince($0) }) else { return .all }
        if age > requests.inSeconds { return .nothing }
        return age > results.inSeconds ? .id : .all
    }
}
