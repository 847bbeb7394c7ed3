import Synchronization

/// Lets a limited number of pages be worked on at the same time, in the order in which they ask, so that promised queries
/// together take a bounded amount of memory.
final class PageGate: Sendable {
    private struct State {
        var free: Int
        var nextNumber = 0
        /// In the order of asking.
        var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: Mutex<State>

    init(places: Int) { state = Mutex(State(free: places)) }

    var freePlaces: Int { state.withLock { $0.free } }
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// - Throws: `CancellationError`; what the body throws.
    func pass<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        guard await enter() else { throw CancellationError() }
        defer { leave() }
        return try await body()
    }

    private func enter() async -> Bool {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayEnter: Bool? = state.withLock { state in
                    // Cancellation that came first has found no continuation to resume; it is seen here.
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let mayEnter { continuation.resume(returning: mayEnter) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).continuation }
            }
            waiting?.resume(returning: false)
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
