public import Foundation
public import LIFModel

public typealias ScheduleID = RandomID

/// A plan that runs again and again (Orchestrator seed, "DAG": "Schedule").
public struct JobSchedule: Sendable, Hashable {
    public let id: ScheduleID
    /// What each firing submits; its `workflow.schedule` is the rule.
    public let submission: JobSubmission
    public let rule: ScheduleRule
    /// As a later clock has it: see `ScheduleStore.setBack`.
    public var createdAt: Date
    /// The last due time that was dealt with; `nil` before the first.
    public var lastDueAt: Date?
    public var lastJob: JobID?

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
