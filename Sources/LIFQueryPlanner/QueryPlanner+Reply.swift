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
    public typealias Waiting = @Sendable (@escaping @Sendable () async throws -> Reply) async throws -> Reply

    /// Answers a query within a time.
    ///
    /// An answer that is ready in memory is given at once: that takes microseconds. When the time is up, or the query is large and the client takes a correlation id, the query and what has landed of it
    /// are committed; it then goes on, also in another process when this one dies.
    ///
    /// - Parameter waiting: Does what takes longer, and cancels it when the client leaves.
    /// - Throws: What `ready` throws; `Overloaded` when too many promised queries are pending. `CancellationError`, and what
    ///   nobody else waits for is cancelled.
    public func reply(
        to query: LIFQuery, _ options: QueryOptions = QueryOptions(), waiting: Waiting = { try await $0() }
    ) async throws -> Reply {
        let inquiry = try await inquiry(query, options)
        if let ready = try await remembered(inquiry) { return .answer(ready) }
        return try await waiting { try await self.reply(inquiry, options) }
    }

    private func reply(_ inquiry: Inquiry, _ options: QueryOptions) async throws -> Reply {
        guard let first = inquiry.pages.first else {
            return .answer(try await fetched(inquiry, [], patience: Patience(.zero)))
        }
        // From the query's arrival on: what the look into the cache takes, a neighbour's answer perhaps, is the client's
        // time too. Who does not wait at all still gets what the cache has.
        let limit = min(options.wait ?? configuration.timeout, configuration.timeout)
        let end = inquiry.startedAt + limit
        let delta: Freshness.Delta
        switch try await Deadline.run(
            until: limit > .zero ? end : inquiry.startedAt + configuration.timeout,
            {
                try await self.look(inquiry, first)
            })
        {
        case .answered(let reply): return reply
        case .lacking(let lacking): delta = lacking
        case nil: return .goesOn(try await promise(inquiry))
        }
        // The organisation's own records are near, and a client that comes back for its answer must get one at once.
        let needsOthers = inquiry.pages.count > 1 || delta.missing.contains { !$0.source.isOwnRecords }
        let goesOnAtOnce =
            switch options.asynchrony {
            case .refused: false
            case .allowed: !isSynchronous(inquiry, first: delta)
            case .preferred: needsOthers
            }
        let left = (limit <= .zero && !needsOthers ? inquiry.startedAt + configuration.timeout : end) - .now
        if goesOnAtOnce || left <= .zero { return .goesOn(try await promise(inquiry)) }
        return inquiry.pages.count == 1
            ? try await replyFromMemory(inquiry, (first, delta), within: left)
            : try await replyFromStore(inquiry, within: left)
    }

    private enum Look: Sendable {
        case answered(Reply)
        /// Something must be fetched: what the cache has of the first page.
        case lacking(Freshness.Delta)
    }

    /// Answers from the cache, when it has all of the answer.
    private func look(_ inquiry: Inquiry, _ first: Question) async throws -> Look {
        let delta = try await runner.delta(of: first)
        if inquiry.pages.count == 1 {
            return kept(inquiry, [(first, delta)]).map { .answered(.answer($0)) } ?? .lacking(delta)
        }
        guard let cached = try await CachedAnswer(inquiry.pages, first: delta, runner: runner) else {
            return .lacking(delta)
        }
        metrics.answered(.cache, in: .now - inquiry.startedAt)
        return .answered(.cached(cached))
    }

    /// Whether a query is small enough to wait for, judged by its first page.
    private func isSynchronous(_ inquiry: Inquiry, first delta: Freshness.Delta) -> Bool {
        let share =
            Double(inquiry.query.learners.count) / Double(min(inquiry.query.learners.count, Question.learnersPerPage))
        let plan = SourceMetadataLoader.plan(
            QueryRunner.distinct(delta.missing.map(\.key)), catalogue: inquiry.catalogue)
        return configuration.synchronousLimits.allow(
            learners: inquiry.query.learners.count, parts: Int(Double(plan.parts.count) * share),
            volume: Int(Double(runner.volume.expected(delta)) * share))
    }

    private func promise(
        _ inquiry: Inquiry, landed: [LandedPart] = [], isUntold: Bool = false
    ) async throws -> RandomID {
        let id = try await requests.promise(
            inquiry.canonical, asOf: inquiry.asOf, via: inquiry.via, expectedParts: inquiry.expectedParts,
            landed: landed, isUntold: isUntold)
        if Task.isCancelled {
            // The client has left before it knew the id.
            await discard(id)
            throw CancellationError()
        }
        metrics.parts(landed.lazy.map(\.part))
        metrics.answered(.promised, in: .now - inquiry.startedAt)
        return id
    }

    /// What fits into a page is worked on in memory; nothing is committed unless the time is up.
    private func replyFromMemory(
        _ inquiry: Inquiry, _ page: (question: Question, delta: Freshness.Delta), within limit: Duration
    ) async throws -> Reply {
        let landed = LandedParts()
        let (events, continuation) = AsyncStream.makeStream(of: Bool.self)
        // A bare task: when the time is up, the fetches must outlive the request. Until then they end with the request.
        let work = Task {
            defer { continuation.yield(true) }
            return try await fetch([page], landed, Patience(limit, grace: .seconds(5)))
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            continuation.yield(false)
        }
        defer { timer.cancel() }
        for await isDone in events {
            if isDone { return .answer(try conclude(inquiry, landed, refusal: try await work.value)) }
            do {
                let id = try await promise(inquiry, landed: landed.all)
                // The promised query joins the fetches that are under way. Until it has, this work holds them, and `shutdown`
                // ends it.
                let isHeld = cache.behind {
                    await withTaskCancellationHandler {
                        _ = try? await work.value
                    } onCancel: {
                        work.cancel()
                    }
                }
                if !isHeld { work.cancel() }
                return .goesOn(id)
            } catch {
                work.cancel()
                throw error
            }
        }
        work.cancel()
        throw CancellationError()
    }

    /// The answer of many learners is worked on as a promised query, so that it takes no more memory than some pages.
    private func replyFromStore(_ inquiry: Inquiry, within limit: Duration) async throws -> Reply {
        let id = try await promise(inquiry, isUntold: true)
        do {
            let request = try await requests.request(id, waitingFor: limit)
            try Task.checkCancellation()
            switch request.state {
            case .pending:
                try await requests.tell(id)
                return .goesOn(id)
            case .completed: return .kept(try await answer(to: request))
            case .failed(let code, let message):
                await discard(id)
                throw LIFError(
                    LIFError.Code(rawValue: code) ?? .sourcesNotAvailable, message, blame: .source, isRetryable: true)
            case .expired: throw Self.expired
            }
        } catch let error as CancellationError {
            // The client has left before it knew the id.
            await discard(id)
            throw error
        }
    }

    /// What who asks for the native result is told of a learner whom nobody knows.
    public static let unknownLearner = LIFError(
        .learnerNotFound,
        "None of the sources that were asked knows the learner. Look at the identifier, its type, and its mappings where an "
            + "Identity Mapper is used.")

    static let expired = LIFError(
        .resultExpired, "The query's answer is no longer kept. Ask the query anew.", isFinal: true)

    /// Removes an answer that nobody will ask for: its client has it, or has left before it knew the id.
    public func discard(_ id: RandomID) async {
        // A bare task: also when the client's task is cancelled.
        await Task { await requests.discard(id) }.value
    }
}
