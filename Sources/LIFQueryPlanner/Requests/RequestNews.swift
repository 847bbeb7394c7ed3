import LIFModel
import Synchronization

/// Tells who waits in this process that something has happened to a promised query.
final class RequestNews: Sendable {
    private struct State {
        var listeners: [RandomID: [Int: AsyncStream<Void>.Continuation]] = [:]
        var nextListener = 0
    }

    private let state = Mutex(State())

    /// How many listen now.
    var listenerCount: Int { state.withLock { $0.listeners.values.reduce(0) { $0 + $1.count } } }

    /// An element soon after something has happened; several may come as one.
    func news(of id: RandomID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[id, default: [:]][state.nextListener] = continuation
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.listeners[id]?[number] = nil
                if state.listeners[id]?.isEmpty == true { state.listeners[id] = nil }
            }
        }
        return stream
    }

    func tell(_ id: RandomID) {
        let listeners = state.withLock { Array(($0.listeners[id] ?? [:]).values) }
        for listener in listeners { listener.yield() }
    }
}
