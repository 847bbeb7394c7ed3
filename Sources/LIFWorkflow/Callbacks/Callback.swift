public import Foundation
public import LIFModel

/// When a callback is made (Orchestrator seed, "DAG": "Callbacks").
public enum CallbackKind: String, Sendable, Hashable, CaseIterable {
    /// The job's results, as a planner takes them at `/orchestration/results`.
    case results
    /// The job has ended, however.
    case completion
    /// The job has ended as `COMPLETED`; single parts may have failed.
    case success
    /// The job has ended as `FAILED`.
    case failure
    /// The job has not ended within its SLA, counted from its acceptance; made once for a job.
    case slaMiss = "sla_miss"
}

/// A callback that is owed: kept until it is delivered or given up.
public struct Callback: Sendable, Hashable {
    /// The same for every attempt, so that a receiver can recognise a repetition.
    public let id: RandomID
    /// The job that owes it.
    public let job: JobID
    /// The event that it reports.
    public let kind: CallbackKind
    /// A registered operator's name or a URL.
    public let target: String
    /// The fence of the job when it came to be: a job that is run again owes its callbacks again.
    public let fence: Int
    /// When it became owed. The timestamp of a webhook is that of its attempt instead.
    public let createdAt: Date
    /// Attempts that failed.
    public var attempts: Int

    /// A callback that is owed for the first time, unless `id` and `attempts` are given.
    public init(
        id: RandomID = RandomID(), job: JobID, kind: CallbackKind, target: String, fence: Int, createdAt: Date,
        attempts: Int = 0
    ) {
        self.id = id
        self.job = job
        self.kind = kind
        self.target = target
        self.fence = fence
        self.createdAt = createdAt
        self.attempts = attempts
    }
}
