public import Foundation
import LIFConcurrency
public import LIFModel
public import Logging
import Synchronization

/// Answers learner queries (Query Planner seed, "Query Planner Delegate"). It only sequences: rules are pure functions,
/// and helpers talk to the neighbours.
///
/// It has no state of its own: fragments and asynchronous queries are in the stores.
public final class QueryPlanner: Sendable {
    private let current: Mutex<QueryPlannerConfiguration>
    private let source: any MetadataSource
    let metadata: SourceMetadataLoader
    let work: PageWork
    let cache: CacheClient
    let requests: ProcessedRequestCache
    let services: QueryDriver.Services
    let metrics: PlannerMetrics
    let logger: Logger
    let now: @Sendable () -> Date
    let retentionClock: any RetentionClock

    /// A planner over its stores and its neighbours.
    ///
    /// - Parameters:
    ///   - runner: Runs query plans: an `Orchestrator` in this process, or one over HTTP.
    ///   - leases: Which processes share the stores.
    ///   - metadata: What is known about the sources; the configured catalogue when `nil`.
    ///   - records: A LIF Cache elsewhere.
    ///   - recordRole: What it is used for; `nil` for nothing. As a source of its own it must be in the catalogue, too.
    ///   - retentionClock: By which data is removed that was kept long enough; by `now` when `nil`.
    public init(
        configuration: QueryPlannerConfiguration, runner: any PlanRunner, fragments: any FragmentStore,
        requests: ProcessedRequestStore, leases: any Leases = SoleLease(),
        identities: any IdentityLookup = SharedIdentities(), metadata: (any MetadataSource)? = nil,
        records: (any RecordCache)? = nil, recordRole: RecordCacheRole? = .ownSource,
        metrics: PlannerMetrics = PlannerMetrics(), logger: Logger = Logger(label: "lif.planner"),
        now: @escaping @Sendable () -> Date = { Date() }, retentionClock: (any RetentionClock)? = nil
    ) {
        current = Mutex(configuration)
        self.logger = logger
        self.metrics = metrics
        self.now = now
        self.retentionClock = retentionClock ?? PlainRetentionClock(now)
        source = metadata ?? ConfiguredMetadata(configuration.catalogue)
        let loader = SourceMetadataLoader(source: source)
        let cache = CacheClient(
            store: fragments, identities: identities, memoryBudget: configuration.memoryBudget, logger: logger,
            now: now)
        let records = records.map { RecordReader(cache: $0, organization: configuration.federation.organization) }
        let work = PageWork(
            identities: IdentitiesLookupAgent(lookup: identities), cache: cache,
            pipelines: DataPipelineExecutor(
                runner: runner, ownRecords: records.map { OwnRecords(reader: $0, now: now) }, registry: FetchRegistry(),
                cache: cache, volume: ExpectedVolume(), federation: configuration.federation, metrics: metrics,
                logger: logger, now: now),
            federation: configuration.federation,
            records: records.flatMap { RecordCaching($0, role: recordRole, metadata: loader, logger: logger) }, now: now
        )
        let gate = TaskSemaphore(places: 12, reserved: 4)
        @Sendable func services(_ requests: ProcessedRequestCache) -> QueryDriver.Services {
            QueryDriver.Services(
                work: work, metadata: loader, requests: requests, gate: gate, metrics: metrics, logger: logger)
        }
        self.metadata = loader
        self.cache = cache
        self.work = work
        let retry = configuration.retry
        self.requests = ProcessedRequestCache(
            store: requests, leases: leases, pendingLimit: configuration.pendingLimit, metrics: metrics,
            logger: logger, now: now, retry: retry
        ) { request, requests in
            let terms = QueryExecution.Terms(
                client: .none, arrivedAt: .now, timeout: .zero, hasRecords: work.records != nil, retry: retry)
            let driver = QueryDriver(request, terms, services: services(requests))
            driver.start()
            await driver.hold()
        }
        self.services = services(self.requests)
    }

    /// What holds now.
    public var configuration: QueryPlannerConfiguration { current.withLock { $0 } }

    /// Replaces the configuration, but for `federation`, which stays what it was. Queries that come from now on use it; what
    /// runs goes on with the former sources.
    public func reconfigure(_ configuration: QueryPlannerConfiguration) {
        current.withLock { current in
            let federation = current.federation
            current = configuration
            current.federation = federation
        }
        requests.limit(pending: configuration.pendingLimit)
        source.replace(configuration.catalogue)
        cache.forgetAnswers(budget: configuration.memoryBudget)
    }

    /// What was known about the sources has changed: answers that were made with it are not given any more.
    public func metadataHasChanged() { cache.forgetAnswers() }

    /// Answers a query and waits as long as it takes; a plan that is refused is offered again for the configured time-out.
    ///
    /// The whole answer is in memory: for many learners use `reply`.
    ///
    /// - Throws: `LIFError` `QueryNotValid`, `LearnerDataNotFound` for a query that cannot be answered;
    ///   `SourcesNotAvailable` or `NeighbourNotAvailable` when nothing could be had at all. A source that fails costs its
    ///   own fragments only; the answer's parts say so. `CancellationError`, and what only this query fetched is cancelled.
    public func run(_ query: LIFQuery, _ options: QueryOptions = QueryOptions()) async throws -> QueryAnswer {
        try await ready(query, options).answer
    }

    /// As `run`, with the bytes of the compatible answer.
    public func ready(_ query: LIFQuery, _ options: QueryOptions = QueryOptions()) async throws -> ReadyAnswer {
        guard case .answer(let ready) = try await reply(to: inquiry(query, options), .patient) else {
            throw CancellationError()
        }
        return ready
    }

    /// The answer, when the cache has all of it.
    ///
    /// - Returns: `nil` when something must be fetched, and for more learners than one page has.
    /// - Throws: What `ready` throws for a query that cannot be answered.
    public func cached(_ query: LIFQuery, _ options: QueryOptions = QueryOptions()) async throws -> ReadyAnswer? {
        guard case .answer(let ready) = try await reply(to: inquiry(query, options), .hurried) else { return nil }
        return ready
    }

    /// What the cache has of a query now and what would be fetched. Nothing is.
    ///
    /// Of many learners the first page's are explained.
    public func explain(_ query: LIFQuery) async throws -> Explanation {
        let inquiry = try await inquiry(query, QueryOptions())
        guard let page = inquiry.pages.first else {
            return Explanation(
                query: inquiry.query, delta: Freshness.Delta(states: []), plan: QueryPlan(parts: []),
                suppliedPaths: Set(inquiry.query.paths.filter { !inquiry.catalogue.sources(of: $0).isEmpty }))
        }
        let delta = try await work.delta(of: page)
        // The organisation's own records need no plan.
        let planned = delta.missing.filter { !$0.source.isOwnRecords }.map(\.key)
        let plan = SourceMetadataLoader.plan(PageWork.distinct(planned), catalogue: page.catalogue)
        return Explanation(
            query: inquiry.query, delta: delta, plan: plan,
            suppliedPaths: Set(inquiry.query.paths.filter { !page.catalogue.sources(of: $0).isEmpty }))
    }

    /// Takes up the asynchronous queries that processes that died have left, and goes on to until `shutdown`.
    public func recover() async throws { try await requests.takeOver() }

    /// Stops: asynchronous queries are left for another process or the next start, and everything fetched is in the store when
    /// this returns. What waits to be written into a LIF Cache elsewhere is dropped: it holds a copy.
    public func shutdown() async {
        await requests.close()
        await cache.close()
        await work.records?.writer?.close()
    }
}
