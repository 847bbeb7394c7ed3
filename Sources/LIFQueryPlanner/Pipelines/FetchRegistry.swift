import Foundation
import LIFConcurrency
import LIFModel
import Synchronization

/// Carries out what `RequestCoalescer` decides: what several queries want at the same time is fetched once, and each of them
/// gets the outcome.
final class FetchRegistry: Sendable {
    /// Takes what has come of some pairs, and when its fetch began.
    ///
    /// The last parameter says why the plan could not be run at all, where that is the reason for a failure.
    typealias Deliver = @Sendable ([FragmentKey], Outcome, Date, LIFError?) -> Void
    /// Lands what a fetch has brought for some pairs: one outcome, and when the fetch began.
    typealias Land = @Sendable ([FragmentKey], Outcome, Date) -> Void
    typealias Request = RequestCoalescer.Request
    typealias Want = RequestCoalescer.Want

    /// Somebody who has joined, and is to wait.
    struct Waiter: Sendable {
        fileprivate let number: Int
        /// Beats when all has come.
        fileprivate let end = Pulse()
    }

    private struct State {
        var coalescer = RequestCoalescer()
        var waiters: [Int: (deliver: Deliver, end: Pulse)] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How many wait now.
    var waiterCount: Int { state.withLock { $0.coalescer.waiterCount } }

    /// Whether nobody waits and nothing is on its way.
    var isIdle: Bool { state.withLock { $0.coalescer.isIdle && $0.waiters.isEmpty && $0.tasks.isEmpty } }

    /// As `RequestCoalescer.landingCount`.
    var landingCount: Int { state.withLock { $0.coalescer.landingCount } }

    /// As `RequestCoalescer.landed(of:since:)`.
    func landed(of keys: [FragmentKey], since count: Int) -> [FragmentKey] {
        state.withLock { $0.coalescer.landed(of: keys, since: count) }
    }

    /// Joins the flights of the pairs that are on their way, and starts one for the others.
    ///
    /// - Parameters:
    ///   - requests: What is wanted, each key once.
    ///   - deliver: Called as outcomes land, each pair once.
    ///   - fetch: Fetches the pairs that nobody is fetching yet, and hands each to `land` as it comes. Called at most once.
    /// - Returns: Who is to wait for the pairs; the flights go on until then.
    func join(
        _ requests: [Request], now: Date, deliver: @escaping Deliver,
        fetch: @escaping @Sendable ([FragmentKey], @escaping Land) async throws -> Void
    ) -> Waiter {
        state.withLock { state in
            let (number, flight) = state.coalescer.join(requests, at: now)
            let waiter = Waiter(number: number)
            if requests.isEmpty {
                _ = state.coalescer.leave(number)
                waiter.end.beat()
                return waiter
            }
            state.waiters[number] = (deliver, waiter.end)
            if let flight {
                // A bare task: a flight may outlive the query that started it. It is held until its waiters have left.
                state.tasks[flight.id] = Task { [self] in
                    await fly(flight.id, owned: flight.keys, startedAt: now, fetch: fetch)
                }
            }
            return waiter
        }
    }

    /// Returns when each pair has been delivered, or when the task is cancelled; the last one that leaves a flight cancels it.
    func wait(for waiter: Waiter) async {
        await waiter.end.wait()
        leave(waiter.number)
    }

    private func fly(
        _ flight: Int, owned: [FragmentKey], startedAt: Date,
        fetch: @Sendable ([FragmentKey], @escaping Land) async throws -> Void
    ) async {
        var failure = Failure(.internal, "The orchestrator gave no outcome for this source.")
        var reason: LIFError?
        do {
            try await fetch(owned) { [self] in land($0, $1, $2, nil, flight) }
        } catch let error as LIFError {
            failure = Failure(error.reason ?? .unreachable, error.message)
            reason = error
        } catch is CancellationError {
            failure = Failure(.cancelled, "The fetch was cancelled.")
        } catch {
            failure = Failure(.internal, "The plan could not be run (\(type(of: error))).")
        }
        let left = state.withLock { $0.coalescer.left(of: flight) }
        land(left, Outcome(.failed(failure), finishedAt: startedAt, duration: .zero), startedAt, reason, flight)
        state.withLock { state in
            state.coalescer.close(flight)
            state.tasks[flight] = nil
        }
    }

    private func land(
        _ keys: [FragmentKey], _ outcome: Outcome, _ startedAt: Date, _ error: LIFError?, _ flight: Int
    ) {
        let told = state.withLock { state in
            state.coalescer.land(keys, of: flight).compactMap { id, keys in
                state.waiters[id].map { (id: id, waiter: $0, keys: keys) }
            }
        }
        // Never under the lock: resuming a task needs the runtime's lock on it, which is held while its cancellation
        // wakes a waiter that then leaves.
        for (_, waiter, keys) in told { waiter.deliver(keys, outcome, startedAt, error) }
        let finished = state.withLock { state in told.filter { state.coalescer.took($0.keys.count, $0.id) } }
        for (_, waiter, _) in finished { waiter.end.beat() }
    }

    private func leave(_ waiter: Int) {
        let abandoned = state.withLock { state in
            state.waiters[waiter] = nil
            return state.coalescer.leave(waiter).compactMap { state.tasks[$0] }
        }
        for task in abandoned { task.cancel() }
    }
}
