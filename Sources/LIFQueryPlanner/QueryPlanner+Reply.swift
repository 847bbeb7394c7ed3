import Foundation
import LIFConcurrency
public import LIFModel

// MARK: - Answers within a time, and those that take longer

extension QueryPlanner {
    /// How a query was answered, or that it goes on.
    public enum Reply: Sendable {
        /// The answer to a query that fits into a page (100 learners), in memory.
        case answer(ReadyAnswer)
        /// The answer to a query of many learners. It is given once: `discard` removes it when it was read.
        case kept(KeptAnswer)
        /// The answer to a query of many learners that the cache has wholly.
        case cached(CachedAnswer)
        /// The query goes on, and its answer will be kept under this correlation id.
        case goesOn(RandomID)
    }

    /// Does some work, for as long as the client waits for it.
    public typealias Waiting = @Sendable (@escaping @Sendable () async throws -> Reply?) async throws -> Reply?

    /// Answers a query within a time.
    ///
    /// An answer that is ready in memory is given at once: that takes microseconds. When the time is up, or the query is large and the client takes a correlation id, the query and what has landed of it
    /// are committed; it then goes on, also in another process when this one dies.
    ///
    /// - Parameter waiting: Does what takes longer, and cancels it when the client leaves.
    /// - Throws: What `ready` throws; `Overloaded` when too many asynchronous queries are pending. `CancellationError`, and what
    ///   nobody else waits for is cancelled.
    public func reply(
        to query: LIFQuery, _ options: QueryOptions = QueryOptions(), waiting: Waiting = { try await $0() }
    ) async throws -> Reply {
        let client = QueryExecution.Client.limited(options.wait ?? configuration.timeout, options.asynchrony)
        guard let reply = try await reply(to: try await inquiry(query, options), client, waiting: waiting) else {
            throw CancellationError()
        }
        return reply
    }

    /// The one way to an answer: from memory, or by an execution.
    ///
    /// - Returns: `nil` when only what the cache has was wanted, and it lacks something.
    func reply(
        to inquiry: Inquiry, _ client: QueryExecution.Client, waiting: Waiting = { try await $0() }
    ) async throws -> Reply? {
        if let ready = try await remembered(inquiry) { return .answer(ready) }
        return try await waiting { try await self.execute(inquiry, for: client) }
    }

    /// Has the query executed, and waits as long as its client does.
    ///
    /// - Returns: `nil` when only what the cache has was wanted, and it lacks something.
    private func execute(_ inquiry: Inquiry, for client: QueryExecution.Client) async throws -> Reply? {
        let configuration = configuration
        let terms = QueryExecution.Terms(
            client: client, pageCount: inquiry.pages.count, learnerCount: inquiry.query.learners.count,
            limits: configuration.synchronousLimits, arrivedAt: inquiry.startedAt, timeout: configuration.timeout,
            hasRecords: work.records != nil, retry: configuration.retry)
        let driver = QueryDriver(inquiry, terms, services: services)
        let (reply, id) = await withTaskCancellationHandler {
            await withCheckedContinuation { driver.start(for: $0) }
        } onCancel: {
            driver.leave()
        }
        switch (reply, id) {
        case (.answer(let answer), _): return .answer(ready(answer, to: inquiry))
        case (.cached(let summary), _):
            metrics.answered(.cache, in: .now - inquiry.startedAt)
            return .cached(CachedAnswer(inquiry.pages, summary, work: work))
        case (.kept, let id?): return .kept(try await answer(to: try await requests.request(id, waitingFor: .zero)))
        case (.correlationID, let id?): return .goesOn(id)
        case (.failed(let error), _):
            metrics.answered(.failed, in: .now - inquiry.startedAt)
            throw error
        case (.nothing, _): return nil
        case (.cancelled, _), (.kept, nil), (.correlationID, nil): throw CancellationError()
        }
    }

    private func ready(_ answer: QueryExecution.Answer, to inquiry: Inquiry) -> ReadyAnswer {
        let ready = ReadyAnswer(QueryAnswer(inquiry.query, landed: answer.landed, couldTell: inquiry.couldTell))
        if inquiry.via.isDirect, let fresh = answer.fresh {
            cache.keep(ready, to: inquiry.query, delta: fresh.delta, generation: inquiry.generation)
        }
        metrics.parts(ready.answer.parts)
        metrics.answered(answer.isFetched ? .fetched : .cache, in: .now - inquiry.startedAt)
        return ready
    }

    /// Validates a query.
    ///
    /// - Throws: `LIFError` `QueryNotValid`, `LearnerDataNotFound`, `FederationLoop`.
    func inquiry(_ query: LIFQuery, _ options: QueryOptions) async throws -> Inquiry {
        let start = ContinuousClock.now
        try configuration.federation.checkLoop(options.via)
        let generation = cache.generation
        let catalogue = try await metadata.catalogue()
        let canonical = try CanonicalQuery(query, catalogue: catalogue)
        if canonical.learners.count > configuration.learnerLimit {
            throw LIFError(
                .queryNotValid,
                "The query names \(canonical.learners.count) learners; at most \(configuration.learnerLimit) are taken."
            )
        }
        let asOf = options.maximumAge.map { now().addingTimeInterval(-$0.inSeconds) }
        return Inquiry(
            query: canonical, catalogue: catalogue, asOf: asOf, via: options.via, generation: generation,
            startedAt: start)
    }

    /// The answer that is ready in memory. Queries that came through other planners may have another answer.
    private func remembered(_ inquiry: Inquiry) async throws -> ReadyAnswer? {
        guard inquiry.via.isDirect,
            let ready = try await cache.answer(to: inquiry.query, now: now(), asOf: inquiry.asOf)
        else { return nil }
        metrics.answered(.memory, in: .now - inquiry.startedAt)
        return ready
    }

    /// The error of the native result for a learner whom nobody knows.
    public static let unknownLearner = LIFError(
        .learnerNotFound,
        "None of the sources that were asked knows the learner. Check the identifier, its type, and its mappings if an "
            + "Identity Mapper is used.")

    static let expired = LIFError(
        .resultExpired, "The query's answer is no longer kept. Send the query again.", isFinal: true)

    /// Removes an answer that nobody will ask for: its client has it, or has left before it knew the id.
    public func discard(_ id: RandomID) async {
        // A bare task: also when the client's task is cancelled.
        await Task { await requests.discard(id) }.value
    }
}
