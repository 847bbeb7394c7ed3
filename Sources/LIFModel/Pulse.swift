import Synchronization

/// Wakes whoever listens; a beat that comes while nobody does is kept for the next one.
package final class Pulse: Sendable {
    private struct State {
        var hasBeaten = false
        var nextTicket = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package func beat() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            if state.waiting.isEmpty { state.hasBeaten = true }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns at the next beat, or when the task is cancelled.
    package func wait() async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    // Cancellation that came first has found no continuation to resume; it is seen here.
                    if state.hasBeaten || Task.isCancelled {
                        state.hasBeaten = false
                        return true
                    }
                    state.waiting[ticket] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
        }
    }

    /// Returns at the next beat, when the time is up, or when the task is cancelled.
    package func wait(atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
