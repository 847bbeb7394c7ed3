public import Foundation
public import LIFModel

/// Names a run outside (Orchestrator seed, "post_job").
public typealias JobID = RandomID

/// An accepted job: what must survive a restart. Its graph is recomputed from the plan, its status derived from
/// outcomes; neither is stored.
public struct Job: Sendable, Hashable {
    public let id: JobID
    public let plan: QueryPlan
    public let acceptedAt: Date
    /// The client's own name for the submission; a second one with the same key gives the first one's job.
    public let idempotencyKey: String?

    public init(id: JobID, plan: QueryPlan, acceptedAt: Date, idempotencyKey: String? = nil) {
        self.id = id
        self.plan = plan
        self.acceptedAt = acceptedAt
        self.idempotencyKey = idempotencyKey
    }
}

/// The four states of the seed ("get_job_status").
public enum JobStatus: String, Sendable, Hashable {
    case starting = "STARTING"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"

    /// The status is derived: completed when each part has an outcome, and failed only when none of them has data or is
    /// empty.
    ///
    /// - Parameters:
    ///   - isStarted: Whether an engine holds the run.
    public init(partCount: Int, outcomes: [Int: Outcome], isStarted: Bool) {
        if outcomes.count >= partCount {
            let isFailed = partCount > 0 && outcomes.values.allSatisfy { $0.failure != nil }
            self = isFailed ? .failed : .completed
        } else {
            self = isStarted || !outcomes.isEmpty ? .running : .starting
        }
    }

    public var isFinal: Bool { self == .completed || self == .failed }
}
