import Foundation
import LIFModel
import Synchronization

/// Carries out what `RequestCoalescer` decides: what several queries want at the same time is fetched once, and each of them
/// gets the outcome.
final class FetchRegistry: Sendable {
    /// What a fetch brought for one pair.
    struct Fetched: Sendable {
        let key: FragmentKey
        let result: Result<StoredFragment, Failure>
        let duration: Duration
        /// Why the plan could not be run at all, where that is the reason.
        let error: LIFError?
    }

    typealias Land = @Sendable ([Fetched]) -> Void
    typealias Request = RequestCoalescer.Request
    typealias Want = RequestCoalescer.Want

    private struct State {
        var coalescer = RequestCoalescer()
        var continuations: [Int: AsyncStream<Fetched>.Continuation] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How many wait now.
    var waiterCount: Int { state.withLock { $0.coalescer.waiterCount } }

    /// Whether nobody waits and nothing is on its way.
    var isIdle: Bool { state.withLock { $0.coalescer.isIdle && $0.continuations.isEmpty && $0.tasks.isEmpty } }

    /// As `RequestCoalescer.landingCount`.
    var landingCount: Int { state.withLock { $0.coalescer.landingCount } }

    /// As `RequestCoalescer.landed(of:since:)`.
    func landed(of keys: [FragmentKey], since count: Int) -> [FragmentKey] {
        state.withLock { $0.coalescer.landed(of: keys, since: count) }
    }

    /// Waits for the pairs: joins the flights that are on their way, and starts one for the others.
    ///
    /// - Parameters:
    ///   - requests: What is wanted, each key once.
    ///   - fetch: Fetches the pairs that nobody is fetching yet, and hands each to `land` as it comes. Called at most once.
    /// - Returns: The outcomes as they land; the stream ends after the last. Ending it earlier leaves the flights; the last
    ///   one that leaves a flight cancels it.
    func join(
        _ requests: [Request], now: Date,
        fetch: @escaping @Sendable ([FragmentKey], @escaping Land) async throws -> Void
    ) -> AsyncStream<Fetched> {
        let (stream, continuation) = AsyncStream.makeStream(of: Fetched.self)
        if requests.isEmpty {
            continuation.finish()
            return stream
        }
        let waiter = state.withLock { state in
            let (waiter, flight) = state.coalescer.join(requests, at: now)
            state.continuations[waiter] = continuation
            if let flight {
                // A bare task: a flight may outlive the query that started it. It is held until its waiters have left.
                state.tasks[flight.id] = Task { [self] in await fly(flight.id, owned: flight.keys, fetch: fetch) }
            }
            return waiter
        }
        // A stream that has ended before this was set calls it at once.
        continuation.onTermination = { [weak self] _ in self?.leave(waiter) }
        return stream
    }

    private func fly(
        _ flight: Int, owned: [FragmentKey], fetch: @Sendable ([FragmentKey], @escaping Land) async throws -> Void
    ) async {
        var failure = Failure(.internal, "The orchestrator gave no outcome for this source.")
        var reason: LIFError?
        do {
            try await fetch(owned) { [self] in land($0, flight) }
        } catch let error as LIFError {
            failure = Failure(error.reason ?? .unreachable, error.message)
            reason = error
        } catch is CancellationError {
            failure = Failure(.cancelled, "The fetch was cancelled.")
        } catch {
            failure = Failure(.internal, "The plan could not be run (\(type(of: error))).")
        }
        let left = state.withLock { $0.coalescer.left(of: flight) }
        land(left.map { Fetched(key: $0, result: .failure(failure), duration: .zero, error: reason) }, flight)
        state.withLock { state in
            state.coalescer.close(flight)
            state.tasks[flight] = nil
        }
    }

    private func land(_ fetched: [Fetched], _ flight: Int) {
        let outcomes = Dictionary(fetched.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let told = state.withLock { state in
            state.coalescer.land(fetched.map(\.key), of: flight).compactMap { waiter, keys in
                state.continuations[waiter].map { (waiter: waiter, continuation: $0, keys: keys) }
            }
        }
        // Never under the lock: resuming a task needs the runtime's lock on it, which is held while its cancellation
        // calls `leave`.
        for (_, continuation, keys) in told {
            for key in keys { if let outcome = outcomes[key] { continuation.yield(outcome) } }
        }
        let finished = state.withLock { state in
            told.filter { state.coalescer.took($0.keys.count, $0.waiter) }
        }
        for (_, continuation, _) in finished { continuation.finish() }
    }

    private func leave(_ waiter: Int) {
        let abandoned = state.withLock { state in
            state.continuations[waiter] = nil
            return state.coalescer.leave(waiter).compactMap { state.tasks[$0] }
        }
        for task in abandoned { task.cancel() }
    }
}
