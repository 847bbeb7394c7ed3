import LIFConcurrency
import LIFJournal
import LIFModel
import LIFWorkflow
import Synchronization

/// Tells a listener what lands of a job from a position on, and its end. It reads only what the listener takes, so that a slow one
/// costs no memory.
final class JobEventFeed: Sendable {
    private struct State {
        var position: Int64
        var read: ArraySlice<LandedOutcome> = []
        /// Something has happened since the job was last asked about.
        var mayHaveEnded = true
        var isOver = false
    }

    private static let readAhead = 16

    private let job: JobID
    private let stores: OrchestratorStores
    private let wakeUp = Pulse()
    private let state: Mutex<State>
    private let listening = TaskBag<Int>()

    init(of job: JobID, after position: Int64, stores: OrchestratorStores, board: Broadcast<JobID, RunEvent>) {
        self.job = job
        self.stores = stores
        state = Mutex(State(position: position))
        let (events, others) = (board.listen(to: job), stores.journal.changes(of: job))
        listening.start { [weak self] in
            for await event in events {
                if case .ended = event { self?.wake(byEnd: true) } else { self?.wake(byEnd: false) }
            }
        }
        listening.start { [weak self] in
            for await _ in others { self?.wake(byEnd: true) }
        }
    }

    private func wake(byEnd mayHaveEnded: Bool) {
        if mayHaveEnded { state.withLock { $0.mayHaveEnded = true } }
        wakeUp.beat()
    }

    /// - Returns: `nil` after the end, and when the task is cancelled.
    /// - Throws: `LIFError` `ResultExpired`, `OutputReadException`.
    func next() async throws -> JobEvent? {
        while !Task.isCancelled {
            if let landed = state.withLock({ $0.read.popFirst() }) { return .landed(landed) }
            let (position, isOver, mayHaveEnded) = state.withLock { state in
                defer { state.mayHaveEnded = false }
                return (state.position, state.isOver, state.mayHaveEnded)
            }
            if isOver { return nil }
            // The end is asked for first: what lands until then is read after it.
            let end = mayHaveEnded ? try await end() : nil
            let landed = try await stores.queue.landed(of: job, after: position, limit: Self.readAhead)
            if let last = landed.last {
                state.withLock { state in
                    (state.position, state.read) = (last.position, landed[...])
                    if end != nil { state.mayHaveEnded = true }
                }
            } else if let end {
                state.withLock { $0.isOver = true }
                return end
            } else {
                await wakeUp.wait()
            }
        }
        return nil
    }

    /// The event of the job's end, if it has ended.
    private func end() async throws -> JobEvent? {
        guard let job = try await stores.jobs.job(job) else {
            throw LIFError(.jobNotFoundException, "The job is no longer kept.")
        }
        return job.finalStatus.map(JobEvent.ended)
    }
}
