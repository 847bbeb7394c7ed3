import Synchronization

/// Lets a limited number of deliveries to one receiver go on at the same time; others to it wait in the order in which they came.
///
/// Each receiver has places of its own, so one that hangs delays nobody else. How many receivers there are the configuration
/// bounds: allowed origins and named operators.
final class DeliveryPlaces: Sendable {
    private struct Receiver {
        var taken = 0
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private struct State {
        var nextTicket = 0
        /// Only those that somebody delivers to.
        var receivers: [String: Receiver] = [:]
    }

    private let limit: Int
    private let state = Mutex(State())

    init(perReceiver limit: Int) { self.limit = max(1, limit) }

    /// How many receivers somebody delivers to.
    var receiverCount: Int { state.withLock { $0.receivers.count } }

    /// How many wait for a place.
    var waitingCount: Int { state.withLock { $0.receivers.values.reduce(0) { $0 + $1.waiting.count } } }

    /// - Throws: What the body throws, or `CancellationError` when cancelled while waiting.
    func run<Value>(at receiver: String, _ body: () async throws -> Value) async throws -> Value {
        try await enter(receiver)
        defer { leave(receiver) }
        return try await body()
    }

    private func enter(_ receiver: String) async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    // Cancellation that came first has found no continuation to resume; it is seen here.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.receivers[receiver, default: Receiver()].taken < limit {
                        state.receivers[receiver, default: Receiver()].taken += 1
                        return .success(())
                    }
                    state.receivers[receiver]?.waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.receivers[receiver]?.waiting.firstIndex { $0.ticket == ticket }.flatMap {
                    state.receivers[receiver]?.waiting.remove(at: $0).continuation
                }
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private func leave(_ receiver: String) {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard var places = state.receivers[receiver] else { return nil }
            let next = places.waiting.isEmpty ? nil : places.waiting.removeFirst().continuation
            // The place of the one that leaves goes to the next.
            if next == nil { places.taken -= 1 }
            state.receivers[receiver] = places.taken == 0 ? nil : places
            return next
        }
        next?.resume()
    }
}
