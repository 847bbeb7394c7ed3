public import Foundation
public import LIFModel

/// A run that this planner has submitted to an orchestrator elsewhere.
public struct SubmittedRun: Sendable, Hashable {
    /// The orchestrator's name for it.
    public let id: RandomID
    /// What was submitted; without parts when the run is closed.
    public let plan: QueryPlan
    /// Before the orchestrator had the plan.
    public let submittedAt: Date

    /// Whether its results came in another way than by being posted: nothing of it is kept but its id.
    public var isClosed: Bool { plan.parts.isEmpty }

    /// A run under the id that the orchestrator gave it.
    public init(id: RandomID, plan: QueryPlan, submittedAt: Date) {
        self.id = id
        self.plan = plan
        self.submittedAt = submittedAt
    }
}
