import LIFModel
import LIFWorkflow
import Synchronization

/// Counts the parts that wait or run in this process, and turns submissions away when there are too many (back-pressure).
final class Admission: Sendable {
    private struct State {
        var runs: [JobID: Int] = [:]
        var openParts = 0
    }

    private let state = Mutex(State())

    /// The runs that are in.
    var runs: Set<JobID> { state.withLock { Set($0.runs.keys) } }

    var openParts: Int { state.withLock { $0.openParts } }

    /// - Throws: `LIFError` `Overloaded` when so many more would be too many. One job is always taken.
    func check(_ parts: Int, limit: Int) throws(LIFError) {
        let now = openParts
        guard now > 0, now + parts > limit else { return }
        throw LIFError(
            .overloaded,
            "\(now) parts wait or run already, and at most \(limit) are taken. Nothing was accepted; submit it again later.",
            blame: .us, isRetryable: true)
    }

    /// - Returns: `false` when the run is in already.
    func enter(_ run: WorkflowRun) -> Bool {
        state.withLock { state in
            guard state.runs[run.job] == nil else { return false }
            let parts = run.openParts
            state.runs[run.job] = parts
            state.openParts += parts
            return true
        }
    }

    func leave(_ job: JobID) {
        state.withLock { state in state.openParts -= state.runs.removeValue(forKey: job) ?? 0 }
    }
}

extension WorkflowRun {
    /// The parts that this run is to bring to their outcome.
    fileprivate var openParts: Int {
        graph.tasks.count { if case .store = $0.work { true } else { false } }
    }
}
