import LIFModel
import LIFWorkflow
import Synchronization

/// Counts the parts that wait or run in this process, and turns submissions away when there are too many (back-pressure).
final class Admission: Sendable {
    enum Entrance {
        case entered
        /// The run is in already.
        case isIn
        /// A run of the same job with a lower fence, which is to be stopped, has not left yet.
        case isHeldByEarlier
    }

    private struct Entry {
        var parts: Int
        /// Of the run; `nil` as long as the place is only reserved.
        var fence: Int?
    }

    private struct State {
        var entries: [JobID: Entry] = [:]
        var openParts = 0

        mutating func set(_ entry: Entry?, for job: JobID) {
            openParts += (entry?.parts ?? 0) - (entries[job]?.parts ?? 0)
            entries[job] = entry
        }
    }

    private let state = Mutex(State())

    /// The runs that are in, without those that are only reserved.
    var runs: Set<JobID> { state.withLock { Set($0.entries.filter { $0.value.fence != nil }.keys) } }

    var openParts: Int { state.withLock { $0.openParts } }

    func contains(_ job: JobID) -> Bool { state.withLock { $0.entries[job] != nil } }

    /// Keeps places free for a run that is about to enter; so submissions at the same time do not pass the limit together.
    ///
    /// - Returns: Whether it is reserved now, and to be given back by `release` should it not enter; `false` when the job is in
    ///   already.
    /// - Throws: `LIFError` `Overloaded` when so many more would be too many. One job is always taken.
    func reserve(_ parts: Int, for job: JobID, limit: Int) throws(LIFError) -> Bool {
        let (now, isReserved) = state.withLock { state -> (Int, Bool?) in
            if state.entries[job] != nil { return (state.openParts, false) }
            guard state.openParts == 0 || state.openParts + parts <= limit else { return (state.openParts, nil) }
            state.set(Entry(parts: parts, fence: nil), for: job)
            return (state.openParts, true)
        }
        if let isReserved { return isReserved }
        throw LIFError(
            .overloaded,
            "\(now) parts wait or run already, and at most \(limit) are taken. Nothing was accepted; submit it again later.",
            blame: .us, isRetryable: true)
    }

    /// Gives back what is reserved. A run that has entered stays.
    func release(_ job: JobID) {
        state.withLock { state in
            if let entry = state.entries[job], entry.fence == nil { state.set(nil, for: job) }
        }
    }

    func enter(_ run: WorkflowRun) -> Entrance {
        state.withLock { state in
            if let fence = state.entries[run.job]?.fence { return fence < run.fence ? .isHeldByEarlier : .isIn }
            state.set(Entry(parts: run.openParts, fence: run.fence), for: run.job)
            return .entered
        }
    }

    func leave(_ job: JobID) {
        state.withLock { $0.set(nil, for: job) }
    }
}

extension WorkflowRun {
    /// The parts that this run is to bring to their outcome.
    fileprivate var openParts: Int {
        graph.tasks.count { if case .store = $0.work { true } else { false } }
    }
}
