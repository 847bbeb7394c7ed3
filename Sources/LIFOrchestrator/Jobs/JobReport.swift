public import Foundation
public import LIFModel
public import LIFWorkflow

/// A job with what has landed of it so far and its derived status.
public struct JobReport: Sendable {
    /// The job as it was accepted, with what changed of it since.
    public let job: Job
    /// By part.
    public let progress: [Int: OutcomeSummary]
    /// Derived from the outcomes; once the job has ended, as it was noted then.
    public let status: JobStatus

    /// - Parameter isStarted: Whether an engine holds the run.
    init(job: Job, progress: [Int: OutcomeSummary], isStarted: Bool) {
        self.job = job
        self.progress = progress
        // Once it is noted it stays: a cancellation that came while the job was ended has come too late.
        status = job.finalStatus ?? JobStatus(of: job, outcomes: progress.values, isStarted: isStarted)
    }

    /// How many parts have failed as a whole.
    public var failedParts: Int { progress.values.count { $0.failure != nil } }

    /// The parts that `Orchestrator.retry(_:)` runs again: those that failed, and those of which some paths did.
    var partsToRetry: Int { progress.values.count(where: \.hasFailures) }

    /// Why the job as a whole did not go to its end.
    public var failure: Failure? {
        if status == .completed { return nil }
        if job.cancelledAt != nil { return Failure(.cancelled, "The job was cancelled.") }
        return job.engineFailure
    }

    /// Whether it took, or has taken so far, longer than its SLA; `nil` without one.
    public func missedSLA(standard: Duration?, now: Date) -> Bool? {
        guard let sla = job.submission.workflow.sla ?? standard else { return nil }
        return (job.finishedAt ?? now).timeIntervalSince(job.acceptedAt) > sla.inSeconds
    }
}

/// What `Orchestrator.events` reports of a job.
public enum JobEvent: Sendable {
    /// A part has its outcome.
    case landed(LandedOutcome)
    /// Each part has its outcome.
    case ended(JobStatus)
}
