import LIFConcurrency
import LIFJournal
import LIFWorkflow
import Synchronization

/// What this process watches at the engine elsewhere. It can be lost: the journal knows which runs are whose.
final class EngineWatch: Sendable {
    private struct Watched {
        let job: JobID
        let epoch: Int
        /// Whether the engine was asked for its state since it is watched.
        var isKnown = false
    }

    private struct State {
        var runs: [EngineRunHandle: Watched] = [:]
        /// The jobs of which a cancellation could not be delivered.
        var cancelling: Set<JobID> = []
        var cursor: String?
        var isAway = false
        var looks = 0
    }

    /// After so many looks the engine is asked for the state of all runs: what it does not name among its changes may be gone.
    static let fullLookInterval = 20

    private let state = Mutex(State())
    /// Beats when there is something new to look for.
    let news = Pulse()

    /// How many runs are watched.
    var count: Int { state.withLock { $0.runs.count } }

    func add(_ handle: EngineRunHandle, _ job: JobID, epoch: Int) {
        state.withLock { state in
            if state.runs[handle]?.epoch != epoch { state.runs[handle] = Watched(job: job, epoch: epoch) }
        }
        news.beat()
    }

    func remove(_ job: JobID) { state.withLock { $0.runs = $0.runs.filter { $0.value.job != job } } }

    func run(_ handle: EngineRunHandle) -> (job: JobID, epoch: Int)? {
        state.withLock { $0.runs[handle].map { ($0.job, $0.epoch) } }
    }

    /// What is to be asked of the engine.
    func beginLook() -> (cursor: String?, handles: [EngineRunHandle]) {
        state.withLock { state in
            state.looks += 1
            let isFull = state.looks % Self.fullLookInterval == 0
            return (state.cursor, state.runs.filter { isFull || !$0.value.isKnown }.map(\.key))
        }
    }

    /// - Returns: Whether it has been away until now.
    func noteAnswer(cursor: String, about handles: [EngineRunHandle]) -> Bool {
        state.withLock { state in
            for handle in handles { state.runs[handle]?.isKnown = true }
            state.cursor = cursor
            defer { state.isAway = false }
            return state.isAway
        }
    }

    /// - Returns: Whether that is new.
    func noteAway() -> Bool {
        state.withLock { state in
            // What it did meanwhile may not be among its changes.
            for handle in state.runs.keys { state.runs[handle]?.isKnown = false }
            defer { state.isAway = true }
            return !state.isAway
        }
    }

    /// What it said of a run could not be dealt with: it is asked again.
    func askAgain(_ handle: EngineRunHandle) { state.withLock { $0.runs[handle]?.isKnown = false } }

    func cancelLater(_ job: JobID) { state.withLock { _ = $0.cancelling.insert(job) } }

    func takeCancelling() -> Set<JobID> {
        state.withLock { state in
            defer { state.cancelling = [] }
            return state.cancelling
        }
    }
}
