public import Foundation
public import LIFModel
public import Logging

/// Answers learner queries (Query Planner seed, "Query Planner Delegate"). It only sequences: rules are pure functions,
/// and helpers talk to the neighbours.
///
/// It has no state of its own: fragments and promised answers are in the stores.
public final class QueryPlanner: Sendable {
    public let configuration: QueryPlannerConfiguration
    private let configured: ConfiguredMetadata
    private let metadata: SourceMetadataLoader
    private let identities: IdentitiesLookupAgent
    private let cache: CacheClient
    let pipelines: DataPipelineExecutor
    private let requests: ProcessedRequestCache
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - runner: Runs query plans: an `Orchestrator` in this process, or one over HTTP.
    ///   - metadata: What is known about the sources; the configured catalogue when `nil`.
    public init(
        configuration: QueryPlannerConfiguration, runner: any PlanRunner, fragments: any FragmentStore,
        requests: any ProcessedRequestStore, identities: any IdentityLookup = SharedIdentities(),
        metadata: (any MetadataSource)? = nil, logger: Logger = Logger(label: "lif.planner"),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.now = now
        configured = ConfiguredMetadata(configuration.catalogue)
        self.metadata = SourceMetadataLoader(source: metadata ?? configured)
        self.identities = IdentitiesLookupAgent(lookup: identities)
        cache = CacheClient(store: fragments, memoryBudget: configuration.memoryBudget, logger: logger)
        pipelines = DataPipelineExecutor(
            runner: runner, registry: FetchRegistry(), cache: cache, logger: logger, now: now)
        self.requests = ProcessedRequestCache(store: requests, logger: logger, now: now)
    }

    /// Replaces the configured sources. Queries that come from now on use them; what runs goes on with the former ones.
    public func reconfigure(_ catalogue: SourceCatalogue) {
        configured.replace(catalogue)
        cache.forgetAnswers()
    }

    /// Answers a query and waits as long as it takes.
    ///
    /// - Throws: `LIFError` `QueryNotValid`, `LearnerDataNotFound` for a query that cannot be answered;
    ///   `SourcesNotAvailable` or `NeighbourNotAvailable` when nothing could be had at all. A source that fails costs its
    ///   own fragments only; the answer's parts say so. `CancellationError`, and what only this query fetched is cancelled.
    public func run(_ query: LIFQuery) async throws -> QueryAnswer {
        try await ready(query).answer
    }

    /// As `run`, with the bytes of the compatible answer.
    public func ready(_ query: LIFQuery) async throws -> ReadyAnswer {
        let generation = cache.generation
        let catalogue = try await metadata.catalogue()
        let canonical = try canonical(query, catalogue)
        let (cached, delta) = try await cached(canonical, catalogue, generation)
        if let cached { return cached }
        let fetched = try await pipelines.fetch(Self.distinct(delta.missing.map(\.key)), catalogue: catalogue)
        let answer = QueryAnswer(canonical, catalogue: catalogue, delta: delta, fetched: fetched)
        try Self.checkAvailable(answer, fetched)
        return ReadyAnswer(answer)
    }

    /// The answer, when the cache has all of it.
    ///
    /// - Returns: `nil` when something must be fetched.
    /// - Throws: What `ready` throws for a query that cannot be answered.
    public func cached(_ query: LIFQuery) async throws -> ReadyAnswer? {
        let generation = cache.generation
        let catalogue = try await metadata.catalogue()
        return try await cached(try canonical(query, catalogue), catalogue, generation).answer
    }

    /// - Parameter generation: The cache's, read before the catalogue was: an answer made with a catalogue that was replaced
    ///   meanwhile is not kept.
    private func cached(
        _ query: CanonicalQuery, _ catalogue: SourceCatalogue, _ generation: Int
    ) async throws -> (answer: ReadyAnswer?, delta: Freshness.Delta) {
        if let ready = try await cache.answer(to: query, now: now()) { return (ready, Freshness.Delta(states: [])) }
        let delta = try await delta(query, catalogue)
        guard delta.isEmpty else { return (nil, delta) }
        let ready = ReadyAnswer(QueryAnswer(query, catalogue: catalogue, delta: delta, fetched: [:]))
        cache.keep(ready, to: query, delta: delta, generation: generation)
        return (ready, delta)
    }

    /// What the cache has of a query now and what would be fetched. Nothing is.
    public func explain(_ query: LIFQuery) async throws -> Explanation {
        let catalogue = try await metadata.catalogue()
        let canonical = try canonical(query, catalogue)
        let delta = try await delta(canonical, catalogue)
        let plan = SourceMetadataLoader.plan(Self.distinct(delta.missing.map(\.key)), catalogue: catalogue)
        return Explanation(query: canonical, delta: delta, plan: plan)
    }

    private func canonical(_ query: LIFQuery, _ catalogue: SourceCatalogue) throws(LIFError) -> CanonicalQuery {
        let canonical = try CanonicalQuery(query, catalogue: catalogue)
        if canonical.learners.count > configuration.learnerLimit {
            throw LIFError(
                .queryNotValid,
                "The query names \(canonical.learners.count) learners; at most \(configuration.learnerLimit) are taken."
            )
        }
        return canonical
    }

    private func delta(_ query: CanonicalQuery, _ catalogue: SourceCatalogue) async throws -> Freshness.Delta {
        let known = try await identities.identities(of: query.learners, catalogue: catalogue)
        let pairs = Freshness.pairs(of: query, catalogue: catalogue, identities: known)
        let stored = try await cache.read(Self.distinct(pairs.map(\.key)))
        return Freshness.delta(pairs, stored: stored, now: now())
    }

    private static func distinct(_ keys: [FragmentKey]) -> [FragmentKey] {
        var seen: Set<FragmentKey> = []
        return keys.filter { seen.insert($0).inserted }
    }

    /// At least one outcome or stale fragment is an answer; none at all is none.
    private static func checkAvailable(
        _ answer: QueryAnswer, _ fetched: [FragmentKey: FetchRegistry.Fetched]
    ) throws(LIFError) {
        guard !answer.parts.isEmpty, answer.parts.allSatisfy({ $0.outcome == .missing }) else { return }
        // A plan that was refused is no fault of who asked the query.
        if let error = fetched.values.lazy.compactMap(\.error).first(where: { $0.blame != .caller }) { throw error }
        let causes = Set(answer.parts.compactMap(\.failure?.reason))
        // What only the configuration can change does not pass by itself.
        let isFinal = causes.isSubset(of: [.operatorNotFound, .noTranslator])
        let advice = isFinal ? "Their configuration must be completed." : "Try again later."
        var reasons: [String] = []
        for part in answer.parts {
            let reason = "\(part.sourceID) (\(part.failure?.reason.rawValue ?? "unknown"))"
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        throw LIFError(
            .sourcesNotAvailable,
            "None of the sources could be reached and nothing is cached: \(reasons.joined(separator: ", ")). \(advice)",
            blame: .source, isRetryable: !isFinal, isFinal: isFinal)
    }
}

// MARK: - Answers that take longer than the client waits

extension QueryPlanner {
    public enum Reply: Sendable {
        case answer(ReadyAnswer)
        /// The time was up: the query goes on, and its answer will be kept under this correlation id.
        case goesOn(RandomID)
    }

    /// Answers a query within a time.
    ///
    /// When the time is up, the query is committed first and then goes on, also over a restart of the process.
    ///
    /// - Throws: What `ready` throws.
    public func reply(to query: LIFQuery, within limit: Duration) async throws -> Reply {
        if limit <= .zero, let ready = try await cached(query) { return .answer(ready) }
        let (events, continuation) = AsyncStream.makeStream(of: Bool.self)
        // A bare task: when the time is up, the work must outlive the request. Until then it ends with the request.
        let work = Task {
            defer { continuation.yield(true) }
            return try await ready(query)
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            continuation.yield(false)
        }
        defer { timer.cancel() }
        for await isDone in events {
            if isDone { return .answer(try await work.value) }
            do {
                // What has landed so far is committed before the promise, and what lands from now on before its end.
                await cache.flush()
                let id = try await requests.promise(query) { [self] in
                    try await committed {
                        try await withTaskCancellationHandler {
                            try await work.value
                        } onCancel: {
                            work.cancel()
                        }
                    }
                }
                return .goesOn(id)
            } catch {
                work.cancel()
                throw error
            }
        }
        work.cancel()
        throw CancellationError()
    }

    /// A query that was promised an answer, and what has become of it.
    ///
    /// - Parameter limit: How long to wait for it to finish.
    /// - Throws: `LIFError` `CorrelationIDNotFound`.
    public func request(_ id: RandomID, waitingFor limit: Duration = .zero) async throws -> ProcessedRequest {
        try await requests.request(id, waitingFor: limit)
    }

    /// Takes up the promised queries that a process that died has left.
    public func recover() async throws {
        _ = try await requests.recover { [self] query in try await committed { try await ready(query) } }
    }

    /// An answer whose fragments are in the store: a promised query is not marked answered before that.
    private func committed(_ work: () async throws -> ReadyAnswer) async throws -> ReadyAnswer {
        let ready = try await work()
        await cache.flush()
        return ready
    }

    /// Stops: promised queries are left for the next start, and everything fetched is in the store when this returns.
    public func shutdown() async {
        await requests.close()
        await cache.flush()
    }
}
