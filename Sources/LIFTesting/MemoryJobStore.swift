public import LIFModel
public import LIFWorkflow
import Synchronization

/// A job store that forgets everything with its process.
public final class MemoryJobStore: JobStore {
    private struct State {
        var jobs: [JobID: Job] = [:]
        var keys: [String: JobID] = [:]
        /// In the order accepted.
        var unfinished: [JobID] = []
        var error: LIFError?
    }

    private let state = Mutex(State())

    public init() {}

    /// Each job from now on is refused with this; `nil` ends that.
    public func refuse(with error: LIFError?) {
        state.withLock { $0.error = error }
    }

    public func accept(_ job: Job) async throws -> Job {
        try state.withLock { state in
            if let error = state.error { throw error }
            let earlier = state.jobs[job.id] == nil ? job.idempotencyKey.flatMap { state.keys[$0] } : job.id
            if let earlier, let kept = state.jobs[earlier] { return kept }
            state.jobs[job.id] = job
            state.unfinished.append(job.id)
            if let key = job.idempotencyKey { state.keys[key] = job.id }
            return job
        }
    }

    public func job(_ id: JobID) async throws -> Job? { state.withLock { $0.jobs[id] } }

    public func unfinished() async throws -> [Job] {
        state.withLock { state in
            state.unfinished.compactMap { state.jobs[$0] }.sorted { $0.acceptedAt < $1.acceptedAt }
        }
    }

    public func markFinished(_ id: JobID) async throws {
        state.withLock { state in state.unfinished.removeAll { $0 == id } }
    }
}
