import Synchronization

/// Wakes whoever waits; a beat that comes while nobody does is kept for the next one.
package final class Pulse: Sendable {
    private struct State {
        var hasBeaten = false
        var lastTicket = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())
    private let following: TaskBag<Int>?

    /// A pulse that beats when `beat` is called.
    package init() { following = nil }

    /// A pulse that beats at each element of the streams, for as long as it is held.
    package init(following streams: AsyncStream<Void>...) {
        let following = TaskBag<Int>()
        self.following = following
        for stream in streams {
            following.start { [weak self] in
                for await _ in stream { self?.beat() }
            }
        }
    }

    /// Wakes all who wait; without any, the next one does not wait.
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
            state.lastTicket += 1
            return state.lastTicket
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
    package func wait(atMost limit: Duration) async { _ = try? await Deadline.run(within: limit) { await self.wait() } }
}
