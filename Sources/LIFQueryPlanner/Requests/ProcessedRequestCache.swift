import Foundation
import LIFConcurrency
import LIFModel
import Logging
import Synchronization

/// Holds the asynchronous queries (Query Planner seed, "Processed Request Cache").
///
/// The truth is in the store. This process works on the requests that it holds, and takes over those of processes that died.
final class ProcessedRequestCache: Sendable {
    /// How many requests are taken over at a time.
    static let claimLimit = 16
    /// How long the other planners have to claim some of what a process has left.
    static let claimPause = Duration.milliseconds(50)
    /// What the store must take before a query is worked on again whose parts it did not take: more than most parts have.
    static let trialBytes = 256 << 10
    /// A query that has been taken up so often may be what its processes die of.
    static let fenceLimit = 10

    /// Works on a query that was taken over, until its end or until its task is cancelled.
    typealias Worker = @Sendable (ProcessedRequest, ProcessedRequestCache) async -> Void

    /// A request that was lost to another process and got back is another job: the former one ends by its fence.
    private struct Job: Hashable {
        let id: RandomID
        let fence: Int

        init(id: RandomID, fence: Int) { (self.id, self.fence) = (id, fence) }

        init(_ request: ProcessedRequest) { self.init(id: request.id, fence: request.fence) }
    }

    let store: ProcessedRequestStore
    private let leases: any Leases
    private let worker: Worker
    private let news: Broadcast<RandomID, Void>
    private let pendingLimit: Atomic<Int>
    private let metrics: PlannerMetrics
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let retry: RetryPolicy
    /// What this process works on.
    private let jobs: TaskBag<Job>
    /// Why some of them wait for the store.
    private let faults: Mutex<[Job: LIFError]> = Mutex([:])
    private let watching = TaskBag<Everyone>()

    /// How many queries this process works on.
    var jobCount: Int { jobs.count }

    /// How many of them wait as the store does not take what they have, and why one does; `nil` when none does.
    var waiting: (count: Int, reason: LIFError)? {
        faults.withLock { faults in faults.values.first.map { (faults.count, $0) } }
    }

    init(
        store: ProcessedRequestStore, leases: any Leases, pendingLimit: Int,
        news: Broadcast<RandomID, Void> = Broadcast(.newest), metrics: PlannerMetrics, logger: Logger,
        now: @escaping @Sendable () -> Date, retry: RetryPolicy = .storage, worker: @escaping Worker
    ) {
        self.store = store
        self.leases = leases
        self.pendingLimit = Atomic(pendingLimit)
        self.news = news
        self.metrics = metrics
        self.logger = logger
        self.now = now
        self.retry = retry
        self.worker = worker
        jobs = TaskBag { [metrics] count in metrics.pending(count) }
    }

    /// How many queries may be pending from now on.
    func limit(pending: Int) { pendingLimit.store(pending, ordering: .relaxed) }

    /// Keeps a query as an asynchronous one: once this returns, the query and what has landed of it survive the process.
    ///
    /// - Parameter isUntold: Its client waits and does not know the id: until that is noted the query dies with the process.
    /// - Throws: `LIFError` `Overloaded` when too many are pending, `OutputWriteException`.
    func accept(_ inquiry: Inquiry, landed: [LandedPart] = [], isUntold: Bool = false) async throws -> ProcessedRequest
    {
        let pendingLimit = pendingLimit.load(ordering: .relaxed)
        guard try await store.pendingCount() < pendingLimit else {
            throw LIFError(
                .overloaded,
                "The limit of pending queries (\(pendingLimit)) is reached. Try again when some have ended.",
                blame: .us, isRetryable: true)
        }
        let request = ProcessedRequest(
            query: inquiry.canonical, asOf: inquiry.asOf, via: inquiry.via.organizations,
            expectedParts: inquiry.expectedParts, acceptedAt: now(), holder: leases.own, isUntold: isUntold)
        try await store.accept(request, landed: landed)
        return request
    }

    /// Holds a query, from when this process works on it.
    ///
    /// - Parameter work: Ends with the query, or when it is cancelled.
    /// - Returns: Whether the work was begun: not when this process stops.
    @discardableResult
    func follow(_ request: ProcessedRequest, _ work: @escaping @Sendable () async -> Void) -> Bool {
        start(Job(request), work)
    }

    private func start(_ job: Job, _ work: @escaping @Sendable () async -> Void) -> Bool {
        jobs.start(job) { [self] in
            await work()
            faults.withLock { $0[job] = nil }
        }
    }

    /// As `append` of the store; whoever listens is told.
    func append(_ parts: [LandedPart], to request: ProcessedRequest) async throws -> Bool {
        let isOurs = try await store.append(parts, to: request.id, fence: request.fence)
        if isOurs { news.send(to: request.id) }
        return isOurs
    }

    /// As `finish` of the store; whoever listens is told.
    func finish(_ request: ProcessedRequest, _ state: ProcessedRequest.State) async throws -> Bool {
        let isOurs = try await store.finish(request.id, fence: request.fence, state: state, at: now())
        if isOurs {
            metrics.ended(state == .completed ? "completed" : "failed")
            news.send(to: request.id)
        }
        return isOurs
    }

    /// A query waits as the store does not work.
    func note(_ error: LIFError, of request: ProcessedRequest) { noteFault(error, Job(request)) }

    /// Tries whether a query that waits for the store can go on.
    ///
    /// - Throws: Why not.
    func tryStore(for request: ProcessedRequest) async throws {
        try await store.checkRoom(for: Self.trialBytes)
        faults.withLock { $0[Job(request)] = nil }
    }

    private func noteFault(_ error: LIFError, _ job: Job) {
        faults.withLock { $0[job] = error }
        logger.error(
            "An asynchronous query waits as the store does not work; it goes on when that does",
            metadata: ["query": "\(job.id.logLabel)", "error": "\(error)"])
    }

    /// - Parameter limit: How long to wait for its end.
    /// - Throws: `LIFError` `CorrelationIDNotFound`.
    func request(_ id: RandomID, waitingFor limit: Duration) async throws -> ProcessedRequest {
        if limit > .zero { _ = try await status(of: id, waitingFor: limit) }
        guard let request = try await store.request(id) else { throw Self.unknown }
        return request
    }

    /// As `request`, without the query, however often it is woken up.
    func status(of id: RandomID, waitingFor limit: Duration = .zero) async throws -> RequestStatus {
        let status = try await currentStatus(of: id)
        guard limit > .zero, status.state == .pending else { return status }
        let end = ContinuousClock.now + limit
        let watch = watch(id)
        while true {
            // Asked for after the watch began: an end in between is not missed.
            let status = try await currentStatus(of: id)
            if status.state != .pending || ContinuousClock.now >= end || Task.isCancelled { return status }
            await watch.wait(atMost: end - .now)
        }
    }

    /// Beats when something may have happened to a query, whichever process works on it.
    func watch(_ id: RandomID) -> Pulse { Pulse(following: news.listen(to: id), store.changes()) }

    private func currentStatus(of id: RandomID) async throws -> RequestStatus {
        guard let status = try await store.status(of: id) else { throw Self.unknown }
        return status
    }

    private static let unknown = LIFError(.correlationIDNotFound, "There is no query of this correlation id.")

    /// Gives a request up: nobody wants it any more.
    func discard(_ id: RandomID) async {
        await jobs.cancel { $0.id == id }
        await remove(id)
    }

    /// The same, where no work on it is under way. What the store does not take now is tried again later.
    func remove(_ id: RandomID) async {
        let time = now()
        do {
            try await store.discard(id, at: time)
        } catch {
            // No fence is 0.
            let job = Job(id: id, fence: 0)
            _ = start(job) { [self] in
                try? await retry.retryingStorage(
                    { try await self.store.discard(id, at: time) }, onFault: { self.noteFault($0, job) })
            }
        }
        news.send(to: id)
    }

    /// Takes up what processes that died have left, now and whenever one dies from now on.
    func takeOver() async throws {
        let departures = leases.departures()
        try await claim()
        watching.start(Everyone()) { [weak self] in
            for await _ in departures { await self?.claimAfterDeparture() }
        }
    }

    private func claimAfterDeparture() async {
        do {
            try await retry.retryingStorage(
                // Also what a call has claimed whose answer was lost: nobody else would work on it.
                { try await self.takeUp() },
                onFault: { [logger] error in
                    logger.error(
                        "The search for queries of dead processes failed; it will be tried again",
                        metadata: ["error": "\(error)"])
                })
        } catch {
            if Task.isCancelled { return }
            logger.error(
                "The search for queries of dead processes failed; it is repeated when a process dies",
                metadata: ["error": "\(type(of: error))"])
        }
    }

    /// Takes up what no living process works on, also what this one holds and has dropped by a fault.
    func takeUp() async throws {
        try await claim()
        while !jobs.isClosed {
            let worked = Set(jobs.keys.map(\.id))
            let requests = try await store.claim(
                living: try await leases.living().subtracting([leases.own]), by: leases.own, except: worked,
                limit: Self.claimLimit)
            for request in requests { try await takeUp(request) }
            if requests.count < Self.claimLimit { return }
        }
    }

    /// Takes over what processes that died have left.
    private func claim() async throws {
        while !jobs.isClosed {
            let living = try await leases.living()
            let requests = try await store.claim(living: living, by: leases.own, limit: Self.claimLimit)
            for request in requests {
                // Its client has lost its connection to the process that died.
                if request.isUntold { await discard(request.id) } else { try await takeUp(request) }
            }
            if !requests.isEmpty { metrics.takenOver(requests.count) }
            if requests.count < Self.claimLimit { return }
            if living.count > 1 { try await Task.sleep(for: Self.claimPause) }
        }
    }

    /// - Throws: What `finish` of the store throws.
    private func takeUp(_ request: ProcessedRequest) async throws {
        let id = request.id.logLabel
        if request.fence <= Self.fenceLimit {
            logger.notice("A query of a dead process goes on", metadata: ["query": "\(id)"])
            follow(request) { [self] in await worker(request, self) }
            return
        }
        logger.error(
            "A query is given up: every process that worked on it has died or stopped", metadata: ["query": "\(id)"])
        let message =
            "The query was started \(request.fence - 1) times and its process stopped each time, so it was given up. "
            + "Query less at once; the server's log says why the process stopped."
        let end = ProcessedRequest.State.failed(code: LIFError.Code.internalFault.rawValue, message: message)
        _ = try await finish(request, end)
    }

    /// Stops the work under way; another process or the next start takes it up.
    func close() async {
        await watching.close()
        await jobs.close()
    }
}
