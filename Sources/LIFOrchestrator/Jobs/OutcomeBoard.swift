import LIFModel
import LIFWorkflow
import Synchronization

/// Tells those who wait for a run, in this process, what happens to it. It keeps nothing: the truth is in the stores.
final class OutcomeBoard: Sendable {
    enum Event: Sendable {
        case landed(part: Int, Outcome)
        /// Nothing of the run goes on any more; the reason, when it stopped before its end.
        case ended(reason: Failure?)
    }

    private struct State {
        var nextID = 0
        var watchers: [JobID: [Int: AsyncStream<Event>.Continuation]] = [:]
    }

    private let state = Mutex(State())

    /// How many watch a run now.
    var watcherCount: Int { state.withLock { $0.watchers.values.reduce(0) { $0 + $1.count } } }

    /// The run's events from now on. The stream ends with the watcher's task.
    func watch(_ job: JobID) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        let id = state.withLock { state in
            state.nextID += 1
            state.watchers[job, default: [:]][state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.watchers[job]?[id] = nil
                if state.watchers[job]?.isEmpty == true { state.watchers[job] = nil }
            }
        }
        return stream
    }

    func tell(_ job: JobID, _ event: Event) {
        let watchers = state.withLock { state in state.watchers[job].map { Array($0.values) } ?? [] }
        for watcher in watchers { watcher.yield(event) }
    }
}
