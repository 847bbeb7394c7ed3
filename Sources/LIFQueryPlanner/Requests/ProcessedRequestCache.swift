import Foundation
import LIFModel
import Logging
import Synchronization

/// Holds the queries that were promised an answer under a correlation id (Query Planner seed, "Processed Request Cache").
///
/// The truth is in the store. This process works on the requests that it holds, and takes over those of processes that died.
final class ProcessedRequestCache: Sendable {
    /// How many requests are taken over at a time.
    static let claimLimit = 100

    typealias Worker = @Sendable (ProcessedRequest) async throws -> ProcessedRequest.State

    private struct State {
        /// The requests that this process works on.
        var tasks: [RandomID: Task<Void, Never>] = [:]
        /// Ends that the store did not take.
        var unkept: [RandomID: ProcessedRequest] = [:]
        var watching: Task<Void, Never>?
        var isClosed = false
    }

    let store: any ProcessedRequestStore
    private let leases: any Leases
    private let worker: Worker
    private let news: RequestNews
    private let pendingLimit: Int
    private let metrics: PlannerMetrics
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    init(
        store: any ProcessedRequestStore, leases: any Leases, pendingLimit: Int, news: RequestNews,
        metrics: PlannerMetrics, logger: Logger, now: @escaping @Sendable () -> Date, worker: @escaping Worker
    ) {
        self.store = store
        self.leases = leases
        self.pendingLimit = pendingLimit
        self.news = news
        self.metrics = metrics
        self.logger = logger
        self.now = now
        self.worker = worker
    }

    /// Promises an answer: once this returns, the query and what has landed of it survive the process.
    ///
    /// - Throws: `LIFError` `Overloaded` when too many are pending, `OutputWriteException`.
    func promise(
        _ query: LIFQuery, asOf: Date?, via: FederationPath, expectedParts: Int, landed: [LandedPart] = []
    ) async throws -> RandomID {
        guard try await store.pendingCount() < pendingLimit else {
            throw LIFError(
                .overloaded,
                "\(pendingLimit) queries wait for their answers already. Try again when some of them have ended.",
                blame: .us, isRetryable: true)
        }
        let request = ProcessedRequest(
            query: query, asOf: asOf, via: via.organizations, expectedParts: expectedParts, acceptedAt: now(),
            holder: leases.own)
        try await store.accept(request)
        if !landed.isEmpty { _ = try await store.append(landed, to: request.id, fence: request.fence) }
        follow(request)
        return request.id
    }

    private func follow(_ request: ProcessedRequest) {
        let pending = state.withLock { state -> Int? in
            if state.isClosed || state.tasks[request.id] != nil { return nil }
            // A bare task: the answer was promised, so it outlives the request. It is held until it is kept.
            state.tasks[request.id] = Task { [self] in
                await work(on: request)
                metrics.pending(
                    self.state.withLock { state in
                        state.tasks[request.id] = nil
                        return state.tasks.count
                    })
            }
            return state.tasks.count
        }
        if let pending { metrics.pending(pending) }
    }

    private func work(on request: ProcessedRequest) async {
        let end: ProcessedRequest.State
        do {
            end = try await worker(request)
        } catch is ProcessedRequestWorker.TakenOver {
            logger.notice("Another process works on a query now", metadata: ["query": "\(request.id.logLabel)"])
            return
        } catch _ where Task.isCancelled {
            // Cancelled by a stop: the promise stays, and another process or the next start takes it up.
            return
        } catch let error as LIFError {
            end = .failed(code: error.code.rawValue, message: error.message)
        } catch {
            end = .failed(
                code: LIFError.Code.internalFault.rawValue,
                message: "The query could not be answered (\(type(of: error))).")
        }
        await finish(request, end)
    }

    private func finish(_ request: ProcessedRequest, _ end: ProcessedRequest.State) async {
        let time = now()
        do {
            guard try await store.finish(request.id, fence: request.fence, state: end, at: time) else { return }
            metrics.ended(end == .completed ? "completed" : "failed")
        } catch {
            logger.error(
                "The end of a promised query could not be kept: it is told from memory, and worked on again after the next start",
                metadata: ["query": "\(request.id.logLabel)"])
            state.withLock { $0.unkept[request.id] = request.with(end, at: time) }
        }
        news.tell(request.id)
    }

    /// - Parameter limit: How long to wait for its end.
    /// - Throws: `LIFError` `CorrelationIDNotFound`.
    func request(_ id: RandomID, waitingFor limit: Duration) async throws -> ProcessedRequest {
        var request = try await request(id)
        guard limit > .zero, request.state == .pending else { return request }
        let end = ContinuousClock.now + limit
        let watch = watch(id)
        while true {
            // Asked for after the watch began: an end in between is not missed.
            request = try await self.request(id)
            if request.state != .pending || ContinuousClock.now >= end || Task.isCancelled { return request }
            await watch.wait(until: end)
        }
    }

    func watch(_ id: RandomID) -> RequestWatch { RequestWatch(news: news.news(of: id), changes: store.changes()) }

    private func request(_ id: RandomID) async throws -> ProcessedRequest {
        guard let request = try await store.request(id) else {
            throw LIFError(.correlationIDNotFound, "There is no query of this correlation id.")
        }
        return state.withLock { $0.unkept[id] } ?? request
    }

    /// Gives a request up: nobody wants it any more.
    func discard(_ id: RandomID) async throws {
        let task = state.withLock { $0.tasks[id] }
        task?.cancel()
        await task?.value
        try await store.discard(id, at: now())
        news.tell(id)
    }

    /// Takes up what processes that died have left, now and whenever one dies from now on.
    func takeOver() async throws {
        let departures = leases.departures()
        try await claim()
        state.withLock { state in
            if state.isClosed || state.watching != nil { return }
            // A bare task: it lives until `close`.
            state.watching = Task { [weak self] in
                for await _ in departures {
                    do {
                        try await self?.claim()
                    } catch {
                        self?.logger.error(
                            "Queries that another process left could not be looked for; that is done again when one dies")
                    }
                }
            }
        }
    }

    private func claim() async throws {
        while true {
            let requests = try await store.claim(
                living: try await leases.living(), by: leases.own, limit: Self.claimLimit)
            for request in requests {
                logger.notice(
                    "A query goes on that another process has left", metadata: ["query": "\(request.id.logLabel)"])
                follow(request)
            }
            if !requests.isEmpty { metrics.takenOver(requests.count) }
            if requests.count < Self.claimLimit { return }
        }
    }

    /// Stops the work under way; another process or the next start takes it up.
    func close() async {
        let (tasks, watching) = state.withLock { state in
            state.isClosed = true
            return (Array(state.tasks.values), state.watching)
        }
        watching?.cancel()
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}

extension ProcessedRequest {
    fileprivate func with(_ state: State, at time: Date) -> ProcessedRequest {
        ProcessedRequest(
            id: id, query: query, asOf: asOf, via: via, expectedParts: expectedParts, acceptedAt: acceptedAt,
            holder: holder, fence: fence, state: state, finishedAt: time)
    }
}
