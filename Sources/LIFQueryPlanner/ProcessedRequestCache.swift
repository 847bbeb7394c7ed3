import Foundation
import LIFJSON
import LIFModel
import Logging
import Synchronization

/// Holds the queries that were promised an answer under a correlation id (Query Planner seed, "Processed Request Cache").
final class ProcessedRequestCache: Sendable {
    private let store: any ProcessedRequestStore
    private let logger: Logger
    private let now: @Sendable () -> Date
    /// The queries that this process works on, and who waits for them.
    private struct Work {
        var tasks: [RandomID: Task<Void, Never>] = [:]
        /// Final states that the store did not take.
        var unkept: [RandomID: ProcessedRequest.State] = [:]
    }
    private let work = Mutex(Work())

    init(store: any ProcessedRequestStore, logger: Logger, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.logger = logger
        self.now = now
    }

    /// Promises an answer: once this returns, the query survives a restart.
    ///
    /// - Parameter answer: Gives the answer of the work that is under way, and cancels it when cancelled.
    func promise(
        _ query: LIFQuery, _ answer: @escaping @Sendable () async throws -> ReadyAnswer
    ) async throws -> RandomID {
        let request = ProcessedRequest(id: RandomID(), query: query, acceptedAt: now())
        try await store.accept(request)
        follow(request.id, answer)
        return request.id
    }

    /// Takes up the queries that a process that died has left.
    ///
    /// - Returns: How many.
    func recover(_ run: @escaping @Sendable (LIFQuery) async throws -> ReadyAnswer) async throws -> Int {
        let pending = try await store.pending().filter { request in
            work.withLock { $0.tasks[request.id] == nil }
        }
        for request in pending {
            logger.notice("A query goes on after a restart", metadata: ["query": "\(request.id.logLabel)"])
            follow(request.id) { try await run(request.query) }
        }
        return pending.count
    }

    private func follow(_ id: RandomID, _ answer: @escaping @Sendable () async throws -> ReadyAnswer) {
        work.withLock { work in
            // A bare task: the answer was promised, so it outlives the request. It is held until it is kept.
            work.tasks[id] = Task { [self] in
                await finish(id, answer)
                self.work.withLock { $0.tasks[id] = nil }
            }
        }
    }

    private func finish(_ id: RandomID, _ answer: @Sendable () async throws -> ReadyAnswer) async {
        let state: ProcessedRequest.State
        do {
            state = .completed(try await answer().answer.nativeJSON(correlationID: id))
        } catch _ where Task.isCancelled {
            // Cancelled by a stop: the promise stays, and the next start takes it up.
            return
        } catch let error as LIFError {
            state = .failed(code: error.code.rawValue, message: error.message)
        } catch {
            state = .failed(
                code: LIFError.Code.internalFault.rawValue,
                message: "The query could not be answered (\(type(of: error))).")
        }
        do {
            try await store.finish(id, state: state)
        } catch {
            logger.error(
                "A promised answer could not be kept: it is served from memory, and made again after the next start",
                metadata: ["query": "\(id.logLabel)"])
            work.withLock { $0.unkept[id] = state }
        }
    }

    /// - Throws: `LIFError` `CorrelationIDNotFound`.
    func request(_ id: RandomID, waitingFor limit: Duration) async throws -> ProcessedRequest {
        if limit > .zero, let task = work.withLock({ $0.tasks[id] }) {
            let (done, continuation) = AsyncStream.makeStream(of: Void.self)
            // Bare tasks: waiting for either is over as soon as one of them ends.
            let waiting = Task {
                await task.value
                continuation.finish()
            }
            let timer = Task {
                try? await Task.sleep(for: limit)
                continuation.finish()
            }
            for await _ in done {}
            timer.cancel()
            waiting.cancel()
        }
        guard let request = try await store.request(id) else {
            throw LIFError(.correlationIDNotFound, "There is no query of this correlation id.")
        }
        guard let unkept = work.withLock({ $0.unkept[id] }) else { return request }
        return ProcessedRequest(id: id, query: request.query, acceptedAt: request.acceptedAt, state: unkept)
    }

    /// Stops the work under way; what was promised is taken up at the next start.
    func close() async {
        let tasks = work.withLock { Array($0.tasks.values) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
