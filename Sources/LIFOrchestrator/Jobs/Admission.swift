import LIFModel
import LIFWorkflow
import Synchronization

/// What this process runs: how many parts wait or run, which turns submissions away when there are too many (back-pressure),
/// and what is known of each run only here.
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
        /// `nil` as long as the place is only reserved.
        var run: Run?
    }

    private struct Run {
        let fence: Int
        let submission: JobSubmission?
        /// The parts that have not landed here.
        var missing: Set<Int>
    }

    private struct State {
        var entries: [JobID: Entry] = [:]
        var openParts = 0
        /// How often a run that the engine has lost was launched again.
        var resubmissions: [JobID: Int] = [:]
        /// This process has reported that they missed their SLA, and does not report it again after another launch.
        var late: Set<JobID> = []
        /// What the engine did not hold when idle jobs were looked for last.
        var unheld: Set<JobID> = []

        mutating func set(_ entry: Entry?, for job: JobID) {
            openParts += (entry?.parts ?? 0) - (entries[job]?.parts ?? 0)
            entries[job] = entry
        }
    }

    private let state = Mutex(State())

    /// The runs that are in, without those that are only reserved.
    var runs: Set<JobID> { state.withLock { Set($0.entries.filter { $0.value.run != nil }.keys) } }

    var openParts: Int { state.withLock { $0.openParts } }

    /// Whether nothing of any job is kept.
    var isEmpty: Bool { state.withLock { $0.entries.isEmpty && $0.resubmissions.isEmpty && $0.late.isEmpty } }

    /// What was submitted of a job that runs.
    func submission(of job: JobID) -> JobSubmission? { state.withLock { $0.entries[job]?.run?.submission } }

    /// Keeps places free for a run that is about to enter; so submissions at the same time do not pass the limit together.
    ///
    /// - Returns: Whether it is reserved now, and to be given back by `release` should it not enter; `false` when the job is in
    ///   already.
    /// - Throws: `LIFError` `Overloaded` when so many more would be too many. One job is always taken.
    func reserve(_ parts: Int, for job: JobID, limit: Int) throws(LIFError) -> Bool {
        let (now, isReserved) = state.withLock { state -> (Int, Bool?) in
            if state.entries[job] != nil { return (state.openParts, false) }
            guard state.openParts == 0 || state.openParts + parts <= limit else { return (state.openParts, nil) }
            state.set(Entry(parts: parts, run: nil), for: job)
            return (state.openParts, true)
        }
        if let isReserved { return isReserved }
        throw LIFError(
            .overloaded,
            "\(now) parts are waiting or running; at most \(limit) are allowed. Nothing was accepted; submit it again later.",
            blame: .us, isRetryable: true)
    }

    /// Gives back what is reserved. A run that has entered stays.
    func release(_ job: JobID) {
        state.withLock { state in
            if let entry = state.entries[job], entry.run == nil { state.set(nil, for: job) }
        }
    }

    /// Of the run of a job that is in.
    func epoch(of job: JobID) -> Int? { state.withLock { $0.entries[job]?.run?.fence } }

    func enter(_ run: WorkflowRun, _ submission: JobSubmission?) -> Entrance {
        let parts = run.openParts
        return state.withLock { state in
            if let fence = state.entries[run.job]?.run?.fence {
                return fence < run.fence ? .isHeldByEarlier : .isIn
            }
            let entered = Run(fence: run.fence, submission: submission, missing: parts)
            state.set(Entry(parts: parts.count, run: entered), for: run.job)
            return .entered
        }
    }

    /// - Returns: What was submitted.
    func leave(_ job: JobID) -> JobSubmission? {
        state.withLock { state in
            defer { state.set(nil, for: job) }
            return state.entries[job]?.run?.submission
        }
    }

    /// Whether it is the last part of an accepted run that has not landed.
    func isLast(_ part: Int, of run: WorkflowRun) -> Bool {
        run.isAccepted
            && state.withLock { state in
                guard let entry = state.entries[run.job]?.run, entry.fence == run.fence else { return true }
                return entry.missing.count <= 1 && entry.missing.isSubset(of: [part])
            }
    }

    func landed(_ part: Int, of run: WorkflowRun) {
        state.withLock { state in
            guard state.entries[run.job]?.run?.fence == run.fence else { return }
            state.entries[run.job]?.run?.missing.remove(part)
        }
    }

    func resubmissions(of job: JobID) -> Int { state.withLock { $0.resubmissions[job] ?? 0 } }

    func countResubmission(of job: JobID) { state.withLock { $0.resubmissions[job, default: 0] += 1 } }

    func isLate(_ job: JobID) -> Bool { state.withLock { $0.late.contains(job) } }

    func noteLate(_ job: JobID) { state.withLock { _ = $0.late.insert(job) } }

    /// Forgets what is known of a job beside its run.
    func forget(_ job: JobID) {
        state.withLock { state in
            state.resubmissions[job] = nil
            state.late.remove(job)
        }
    }

    /// Of jobs that the engine does not hold those on which nobody works: one that is in is about to start, or its end is being
    /// dealt with, unless it was so at the last look already; then it leaves.
    func idle(among unheld: Set<JobID>) -> Set<JobID> {
        state.withLock { state in
            let busy = unheld.filter { state.entries[$0] != nil && !state.unheld.contains($0) }
            for job in unheld.subtracting(busy) { state.set(nil, for: job) }
            state.unheld = busy
            return unheld.subtracting(busy)
        }
    }
}

extension WorkflowRun {
    /// The parts that this run is to bring to their outcome.
    fileprivate var openParts: Set<Int> {
        Set(graph.tasks.compactMap { if case .store(let part) = $0.work { part } else { nil } })
    }
}
