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

/// Keeps the runs submitted to an orchestrator elsewhere, and what has arrived of their results, for all planners on the
/// same storage: results may be posted to another process than the one that waits for them.
///
/// An implementation passes `RunStoreConformance` of `LIFTesting`.
public protocol RunStore: Sendable {
    /// Keeps a run durably. A run of a known id changes nothing.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    func register(_ run: SubmittedRun) async throws

    /// Keeps durably that nothing more is wanted of a run, also of one that was not known: of its plan and its outcomes nothing is left.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    func close(_ id: RandomID, at date: Date) async throws

    /// The run of this id; `nil` for an unknown one, or one that was removed.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func run(_ id: RandomID) async throws -> SubmittedRun?

    /// Files outcomes by part, all of them durably or none. A part's first outcome stays; those of a run that is not known
    /// are ignored.
    ///
    /// - Returns: The parts whose outcome is now this one.
    /// - Throws: `LIFError` `OutputWriteException`.
    func file(_ outcomes: [Int: Outcome], run: RandomID) async throws -> Set<Int>

    /// What has arrived of a run, but for the parts given.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func outcomes(of run: RandomID, except parts: Set<Int>) async throws -> [Int: Outcome]

    /// Removes runs that were submitted before a date with their outcomes, the oldest first.
    ///
    /// - Returns: How many, at most `limit`.
    /// - Throws: `LIFError` `OutputWriteException`.
    func remove(submittedBefore date: Date, limit: Int) async throws -> Int

    /// Removes every run whose plan names one of the learners, with its outcomes: for `lif forget`.
    ///
    /// - Returns: How many.
    /// - Throws: `LIFError` `OutputWriteException`.
    func remove(naming learners: Set<LearnerIdentifier>) async throws -> Int

    /// An element soon after **another** process on this storage may have registered a run or filed outcomes, as long as
    /// someone listens. There may be elements without a change.
    func changes() -> AsyncStream<Void>
}
