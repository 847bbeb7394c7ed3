import Synchronization

/// Listeners by key, each with a stream of what is sent to its key from the moment it listens.
///
/// It keeps nothing for those who come later. A listener leaves by dropping its stream, or with its task.
package final class Broadcast<Key: Hashable & Sendable, Element: Sendable>: Sendable {
    /// What a listener gets that is slower than the sender.
    package enum Buffering: Sendable {
        /// Every element.
        case every
        /// The newest one.
        case newest
    }

    private struct State {
        var listeners: [Key: [Int: AsyncStream<Element>.Continuation]] = [:]
        var lastNumber = 0
        var isFinished = false
    }

    private let buffering: Buffering
    private let state = Mutex(State())

    /// A broadcast without listeners.
    package init(_ buffering: Buffering) { self.buffering = buffering }

    /// How many listen now, to any key.
    package var listenerCount: Int { state.withLock { $0.listeners.values.reduce(0) { $0 + $1.count } } }

    /// The keys that somebody listens to now.
    package var keys: [Key] { state.withLock { Array($0.listeners.keys) } }

    /// What is sent to the key from now on. After `finish` the stream ends at once.
    package func listen(to key: Key) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Element.self, bufferingPolicy: buffering == .every ? .unbounded : .bufferingNewest(1))
        let number: Int? = state.withLock { state in
            if state.isFinished { return nil }
            state.lastNumber += 1
            state.listeners[key, default: [:]][state.lastNumber] = continuation
            return state.lastNumber
        }
        if let number {
            continuation.onTermination = { [weak self] _ in self?.leave(key, number) }
        } else {
            continuation.finish()
        }
        return stream
    }

    private func leave(_ key: Key, _ number: Int) {
        state.withLock { state in
            state.listeners[key]?[number] = nil
            if state.listeners[key]?.isEmpty == true { state.listeners[key] = nil }
        }
    }

    /// Sends an element to all who listen to the key.
    package func send(_ element: Element, to key: Key) {
        // Never under the lock: waking a task takes the runtime's lock on it, which is held while its cancellation calls `leave`.
        let listeners = state.withLock { state in state.listeners[key].map { Array($0.values) } ?? [] }
        for listener in listeners { listener.yield(element) }
    }

    /// Sends an element to all who listen to another key.
    package func send(_ element: Element, except key: Key) {
        let listeners = state.withLock { state in state.listeners.filter { $0.key != key }.flatMap(\.value.values) }
        for listener in listeners { listener.yield(element) }
    }

    /// Ends all streams, and those that are asked for later.
    package func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            return state.listeners.values.flatMap(\.values)
        }
        for listener in listeners { listener.finish() }
    }
}

/// The key of a broadcast that has one audience.
package struct Everyone: Hashable, Sendable {
    /// The one key.
    package init() {}
}

extension Broadcast where Key == Everyone {
    /// What is sent from now on.
    package func listen() -> AsyncStream<Element> { listen(to: Everyone()) }
}

extension Broadcast where Key == Everyone, Element == Void {
    /// Wakes all who listen.
    package func send() { send((), to: Everyone()) }
}

extension Broadcast where Element == Void {
    /// Wakes all who listen to the key.
    package func send(to key: Key) { send((), to: key) }
}
