import LIFModel
import Synchronization

/// One flight per pair: what several queries want at the same time is fetched once, and each of them gets the outcome.
/// The last waiter that leaves a flight cancels it.
///
/// What a partner gives depends on the planners that a query came through; so queries share it by the same path only.
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

    /// A pair, and the path that decides what is fetched for it.
    private struct Want: Hashable {
        let key: FragmentKey
        let path: FederationPath
    }

    private struct Flight {
        /// What has not landed.
        var wants: [FragmentKey: Want]
        var waiters: Set<Int> = []
        var task: Task<Void, Never>?
    }

    private struct Waiter {
        var wanted: Set<FragmentKey>
        /// How many outcomes are not in the stream yet; those that have landed and are on their way into it count.
        var untold: Int
        var flights: Set<Int>
        let continuation: AsyncStream<Fetched>.Continuation
    }

    private struct State {
        var nextID = 0
        var flights: [Int: Flight] = [:]
        var flightByWant: [Want: Int] = [:]
        var waiters: [Int: Waiter] = [:]
    }

    private let state = Mutex(State())

    /// How many wait now.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Whether nobody waits and nothing is on its way.
    var isIdle: Bool { state.withLock { $0.waiters.isEmpty && $0.flights.isEmpty && $0.flightByWant.isEmpty } }

    /// Waits for the pairs: joins the flights that are on their way and starts one for the others.
    ///
    /// - Parameters:
    ///   - keys: What is wanted, each once.
    ///   - path: Decides what is fetched for a pair, beside its key.
    ///   - fetch: Fetches the pairs that nobody is fetching yet, and hands each to `land` as it comes. Called at most once.
    /// - Returns: The outcomes as they land; the stream ends after the last. Ending it earlier leaves the flights.
    func join(
        _ keys: [FragmentKey], path: (FragmentKey) -> FederationPath = { _ in FederationPath() },
        fetch: @escaping @Sendable ([FragmentKey], @escaping Land) async throws -> Void
    ) -> AsyncStream<Fetched> {
        let (stream, continuation) = AsyncStream.makeStream(of: Fetched.self)
        if keys.isEmpty {
            continuation.finish()
            return stream
        }
        let waiterID = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        // Set before anything can land: a stream that has ended calls nobody.
        continuation.onTermination = { [weak self] _ in self?.leave(waiterID) }
        let wants = keys.map { Want(key: $0, path: path($0)) }
        state.withLock { state in
            let wanted = Set(keys)
            var waiter = Waiter(wanted: wanted, untold: wanted.count, flights: [], continuation: continuation)
            let owned = wants.filter { state.flightByWant[$0] == nil }
            waiter.flights = Set(wants.compactMap { state.flightByWant[$0] })
            for id in waiter.flights { state.flights[id]?.waiters.insert(waiterID) }
            if !owned.isEmpty {
                state.nextID += 1
                let flightID = state.nextID
                for want in owned { state.flightByWant[want] = flightID }
                waiter.flights.insert(flightID)
                state.flights[flightID] = Flight(
                    wants: Dictionary(owned.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first }),
                    waiters: [waiterID])
                // A bare task: a flight may outlive the query that started it. It is held until its waiters have left.
                state.flights[flightID]?.task = Task { [self] in
                    await fly(flightID, owned: owned.map(\.key), fetch: fetch)
                }
            }
            state.waiters[waiterID] = waiter
        }
        return stream
    }

    private func fly(
        _ flightID: Int, owned: [FragmentKey], fetch: @Sendable ([FragmentKey], @escaping Land) async throws -> Void
    ) async {
        var failure = Failure(.internal, "The orchestrator gave no outcome for this source.")
        var reason: LIFError?
        do {
            try await fetch(owned) { [self] in land($0, flightID) }
        } catch let error as LIFError {
            failure = Failure(error.reason ?? .unreachable, error.message)
            reason = error
        } catch is CancellationError {
            failure = Failure(.cancelled, "The fetch was cancelled.")
        } catch {
            failure = Failure(.internal, "The plan could not be run (\(type(of: error))).")
        }
        let left = state.withLock { $0.flights[flightID].map { Array($0.wants.keys) } ?? [] }
        land(left.map { Fetched(key: $0, result: .failure(failure), duration: .zero, error: reason) }, flightID)
        state.withLock { $0.flights[flightID] = nil }
    }

    private func land(_ fetched: [Fetched], _ flightID: Int) {
        let told = state.withLock { state in
            var told: [Int: (continuation: AsyncStream<Fetched>.Continuation, outcomes: [Fetched])] = [:]
            guard let waiters = state.flights[flightID]?.waiters else { return told }
            for outcome in fetched {
                guard let want = state.flights[flightID]?.wants.removeValue(forKey: outcome.key) else { continue }
                if state.flightByWant[want] == flightID { state.flightByWant[want] = nil }
                for id in waiters where state.waiters[id]?.wanted.remove(outcome.key) != nil {
                    guard let waiter = state.waiters[id] else { continue }
                    told[id, default: (waiter.continuation, [])].outcomes.append(outcome)
                }
            }
            return told
        }
        // Never under the lock: resuming a task needs the runtime's lock on it, which is held while its cancellation
        // calls `leave`.
        for (continuation, outcomes) in told.values {
            for outcome in outcomes { continuation.yield(outcome) }
        }
        // Several flights may tell one waiter at the same time: the last one that is through ends the stream.
        let finished = state.withLock { state in
            told.compactMap { id, told in
                state.waiters[id]?.untold -= told.outcomes.count
                return state.waiters[id]?.untold == 0 ? told.continuation : nil
            }
        }
        for continuation in finished { continuation.finish() }
    }

    private func leave(_ waiterID: Int) {
        let abandoned = state.withLock { state -> [Task<Void, Never>] in
            guard let waiter = state.waiters.removeValue(forKey: waiterID) else { return [] }
            var abandoned: [Task<Void, Never>] = []
            for flightID in waiter.flights {
                state.flights[flightID]?.waiters.remove(waiterID)
                guard let flight = state.flights[flightID], flight.waiters.isEmpty, !flight.wants.isEmpty else {
                    continue
                }
                // Whoever wants these pairs from now on starts anew.
                for want in flight.wants.values where state.flightByWant[want] == flightID {
                    state.flightByWant[want] = nil
                }
                if let task = flight.task { abandoned.append(task) }
            }
            return abandoned
        }
        for task in abandoned { task.cancel() }
    }
}
