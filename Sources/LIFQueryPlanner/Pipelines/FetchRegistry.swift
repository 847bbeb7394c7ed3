import Foundation
import LIFModel
import Synchronization

/// One flight per want: what several queries want at the same time is fetched once, and each of them gets the outcome.
/// The last waiter that leaves a flight cancels it.
///
/// Only equal wants share a flight, and a waiter gets of a flight what it has joined that flight for, nothing else.
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

    /// Everything that decides what a fetch brings for a pair.
    struct Want: Hashable {
        let key: FragmentKey
        /// `InformationSource.origin`: adapter, mapping and translation by which it is fetched.
        var origin = ""
        /// The planners that the query came through, where the source answers by them.
        var path = FederationPath()
    }

    /// A want, and the earliest time at which its fetch may have begun; `nil` for any.
    struct Request {
        let want: Want
        var notBefore: Date?
    }

    private struct Flight {
        let startedAt: Date
        /// What has not landed.
        var wants: [FragmentKey: Want]
        var waiters: Set<Int> = []
        var task: Task<Void, Never>?
    }

    private struct Waiter {
        /// The flight that brings each pair which has not landed.
        var flightByKey: [FragmentKey: Int]
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

        /// The flight that a request may join.
        func flight(for request: Request) -> Int? {
            guard let id = flightByWant[request.want], let flight = flights[id] else { return nil }
            return request.notBefore.map { flight.startedAt >= $0 } ?? true ? id : nil
        }
    }

    private let state = Mutex(State())

    /// How many wait now.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Whether nobody waits and nothing is on its way.
    var isIdle: Bool { state.withLock { $0.waiters.isEmpty && $0.flights.isEmpty && $0.flightByWant.isEmpty } }

    /// Waits for the pairs: joins the flights that are on their way, and starts one for the others. A flight that began too
    /// early for a request is not joined; those who come later join the newer one.
    ///
    /// - Parameters:
    ///   - requests: What is wanted, each key once.
    ///   - fetch: Fetches the pairs that nobody is fetching yet, and hands each to `land` as it comes. Called at most once.
    /// - Returns: The outcomes as they land; the stream ends after the last. Ending it earlier leaves the flights.
    func join(
        _ requests: [Request], now: Date,
        fetch: @escaping @Sendable ([FragmentKey], @escaping Land) async throws -> Void
    ) -> AsyncStream<Fetched> {
        let (stream, continuation) = AsyncStream.makeStream(of: Fetched.self)
        if requests.isEmpty {
            continuation.finish()
            return stream
        }
        let waiterID = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        // Set before anything can land: a stream that has ended calls nobody.
        continuation.onTermination = { [weak self] _ in self?.leave(waiterID) }
        state.withLock { state in
            var flightByKey: [FragmentKey: Int] = [:]
            var owned: [FragmentKey: Want] = [:]
            for request in requests {
                if let id = state.flight(for: request) {
                    flightByKey[request.want.key] = id
                    state.flights[id]?.waiters.insert(waiterID)
                } else {
                    owned[request.want.key] = request.want
                }
            }
            if !owned.isEmpty {
                state.nextID += 1
                let flightID = state.nextID
                for want in owned.values {
                    state.flightByWant[want] = flightID
                    flightByKey[want.key] = flightID
                }
                state.flights[flightID] = Flight(startedAt: now, wants: owned, waiters: [waiterID])
                let keys = requests.map(\.want.key).filter { owned[$0] != nil }
                // A bare task: a flight may outlive the query that started it. It is held until its waiters have left.
                state.flights[flightID]?.task = Task { [self] in await fly(flightID, owned: keys, fetch: fetch) }
            }
            state.waiters[waiterID] = Waiter(
                flightByKey: flightByKey, untold: flightByKey.count, flights: Set(flightByKey.values),
                continuation: continuation)
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
                for id in waiters where state.waiters[id]?.flightByKey[outcome.key] == flightID {
                    state.waiters[id]?.flightByKey[outcome.key] = nil
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
