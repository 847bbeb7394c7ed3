import LIFModel

/// The four states of the seed ("get_job_status").
public enum JobStatus: String, Sendable, Hashable, CaseIterable {
    case starting = "STARTING"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"

    /// The status is derived from the outcomes: a job has ended when each part has one. It has failed only when none of
    /// them has data or is empty, when the engine failed, or when it was cancelled.
    ///
    /// - Parameter isStarted: Whether an engine holds the run.
    public init(of job: Job, outcomes: some Collection<OutcomeSummary>, isStarted: Bool) {
        let partCount = job.plan.parts.count
        if outcomes.count >= partCount {
            let hasNothing = partCount > 0 && outcomes.allSatisfy { $0.failure != nil }
            self = hasNothing || job.cancelledAt != nil || job.engineFailure != nil ? .failed : .completed
        } else {
            self = isStarted || !outcomes.isEmpty ? .running : .starting
        }
    }

    public var isFinal: Bool { self == .completed || self == .failed }
}
