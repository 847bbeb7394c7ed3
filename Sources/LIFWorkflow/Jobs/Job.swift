public import Foundation
public import LIFJournal
public import LIFModel

/// Names a run outside (Orchestrator seed, "post_job").
public typealias JobID = RandomID

/// What was submitted and accepted: it never changes. Its graph is recomputed from it and the configuration.
public struct JobSubmission: Sendable, Hashable {
    /// What to fetch, part by part.
    public var plan: QueryPlan
    /// How it runs, as far as the submission says it.
    public var workflow: WorkflowSettings
    /// Where the job's results are to be posted when it has ended, beside the output queue.
    public var callback: String?
    /// The client's own name for the submission; a second one with the same key gives the first one's job.
    public var idempotencyKey: String?
    /// The schedule that submitted it.
    public var scheduleID: ScheduleID?

    /// A submission, with the configuration's workflow settings unless others are given.
    public init(
        plan: QueryPlan, workflow: WorkflowSettings = WorkflowSettings(), callback: String? = nil,
        idempotencyKey: String? = nil, scheduleID: ScheduleID? = nil
    ) {
        self.plan = plan
        self.workflow = workflow
        self.callback = callback
        self.idempotencyKey = idempotencyKey
        self.scheduleID = scheduleID
    }
}

/// An accepted job: what must survive a restart. What became of its parts is in the `OutputQueue`, and its status is
/// derived from that.
public struct Job: Sendable, Hashable {
    /// Its name outside.
    public let id: JobID
    /// What was submitted.
    public let submission: JobSubmission
    /// From then on the job survives a restart. Its SLA counts from here.
    public let acceptedAt: Date
    /// When it was accepted, or run again: its time-out counts from then.
    public var startedAt: Date
    /// The process that runs it, as long as that lives.
    public var holder: HolderID
    /// The run's epoch: it rises when the job is launched anew, cancelled, or run again, and what is written under a lower one is
    /// refused.
    public var fence: Int
    /// When someone cancelled it; parts without an outcome then fail.
    public var cancelledAt: Date?
    /// Why the engine could not run it, after it was submitted again as often as is done.
    public var engineFailure: Failure?
    /// When each part had its outcome.
    public var finishedAt: Date?
    /// The status derived at that time; outcomes do not change any more.
    public var finalStatus: JobStatus?
    /// The engine that runs it, and the engine's own id of the run.
    public var engine: EngineStanding?

    /// A job that has just been accepted, unless more is given.
    public init(
        id: JobID = JobID(), submission: JobSubmission, acceptedAt: Date, startedAt: Date? = nil, holder: HolderID,
        fence: Int = 1,
        cancelledAt: Date? = nil, engineFailure: Failure? = nil, finishedAt: Date? = nil, finalStatus: JobStatus? = nil,
        engine: EngineStanding? = nil
    ) {
        self.id = id
        self.submission = submission
        self.acceptedAt = acceptedAt
        self.startedAt = startedAt ?? acceptedAt
        self.holder = holder
        self.fence = fence
        self.cancelledAt = cancelledAt
        self.engineFailure = engineFailure
        self.finishedAt = finishedAt
        self.finalStatus = finalStatus
        self.engine = engine
    }

    /// The plan that was submitted.
    public var plan: QueryPlan { submission.plan }

    /// When the parts that have no outcome fail.
    public var deadline: Date? {
        submission.workflow.timeout.map { startedAt.addingTimeInterval($0 / .seconds(1)) }
    }
}
