import LIFModel
import Synchronization

/// Wakes those in this process who wait for something to become known about a run.
final class RunNotices: Sendable {
    private struct State {
        var listeners: [RandomID: [Int: AsyncStream<Void>.Continuation]] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// How many listen.
    var listenerCount: Int { state.withLock { $0.listeners.values.reduce(0) { $0 + $1.count } } }

    /// An element at once, and one after each notice; notices that come while one waits are told as one.
    ///
    /// - Parameter others: Gives an element when another process may have changed something.
    func notices(of run: RandomID, others: AsyncStream<Void>) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            state.listeners[run, default: [:]][state.next] = continuation
            return state.next
        }
        // A bare task: it stands beside whoever reads the stream, and ends with the stream.
        let forwarding = Task {
            for await _ in others { continuation.yield() }
        }
        continuation.onTermination = { [weak self] _ in
            forwarding.cancel()
            self?.leave(run, number)
        }
        continuation.yield()
        return stream
    }

    func tell(_ run: RandomID) {
        // Never under the lock: a listener that ends takes it.
        let listeners = state.withLock { Array(($0.listeners[run] ?? [:]).values) }
        for listener in listeners { listener.yield() }
    }

    private func leave(_ run: RandomID, _ number: Int) {
        state.withLock { state in
            state.listeners[run]?[number] = nil
            if state.listeners[run]?.isEmpty == true { state.listeners[run] = nil }
        }
    }
}
