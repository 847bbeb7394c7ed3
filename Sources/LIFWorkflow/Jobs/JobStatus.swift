import LIFModel

/// The four states of the seed ("get_job_status").
public enum JobStatus: String, Sendable, Hashable, CaseIterable {
    /// No task has started in an engine, and no part has landed.
    case starting = "STARTING"
    /// An engine holds the run, or some parts have landed.
    case running = "RUNNING"
    /// Each part has its outcome, and at least one has data or is empty.
    case completed = "COMPLETED"
    /// Each part has its outcome, and all have failed; or the job was cancelled, or the engine failed.
    case failed = "FAILED"

    /// The status is derived from the outcomes: a job has ended when each part has one. It has failed only when none of
    /// them has data or is empty, when the engine failed, or when it was cancelled.
    ///
    /// - Parameter isStarted: Whether an engine holds the run.
    public init(of job: Job, outcomes: some Collection<OutcomeSummary>, isStarted: Bool) {
        let partCount = job.plan.parts.count
        if outcomes.count >= partCount {
            let failed = outcomes.count { $0.failure != nil }
            self.init(
                ofParts: outcomes.count, failed: failed,
                isStopped: job.cancelledAt != nil || job.engineFailure != nil)
        } else {
            self = isStarted || !outcomes.isEmpty ? .running : .starting
        }
    }

    /// How a job ends whose parts all have their outcome.
    ///
    /// - Parameters:
    ///   - failed: How many of them failed as a whole.
    ///   - isStopped: Whether it was cancelled, or the engine failed.
    package init(ofParts parts: Int, failed: Int, isStopped: Bool) {
        self = isStopped || parts > 0 && failed == parts ? .failed : .completed
    }

    /// Whether the job has ended; the status then stays, unless the job is retried.
    public var isFinal: Bool { self == .completed || self == .failed }
}
