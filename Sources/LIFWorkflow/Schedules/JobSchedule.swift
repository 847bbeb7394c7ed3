public import Foundation
public import LIFModel

/// Names a schedule.
public typealias ScheduleID = RandomID

/// A plan that runs again and again (Orchestrator seed, "DAG": "Schedule").
public struct JobSchedule: Sendable, Hashable {
    /// The schedule's name; it never changes.
    public let id: ScheduleID
    /// What each firing submits; its `workflow.schedule` is the rule.
    public let submission: JobSubmission
    /// When the schedule fires.
    public let rule: ScheduleRule
    /// As a later clock has it: see `ScheduleStore.setBack`.
    public var createdAt: Date
    /// The last due time that was dealt with; `nil` before the first.
    public var lastDueAt: Date?
    /// The job of the last firing that made one; `nil` before that. The job may have been removed since.
    public var lastJob: JobID?

    /// A schedule that has not fired yet, unless `lastDueAt` is given.
    public init(
        id: ScheduleID = ScheduleID(), submission: JobSubmission, rule: ScheduleRule, createdAt: Date,
        lastDueAt: Date? = nil, lastJob: JobID? = nil
    ) {
        self.id = id
        self.submission = submission
        self.rule = rule
        self.createdAt = createdAt
        self.lastDueAt = lastDueAt
        self.lastJob = lastJob
    }
}
