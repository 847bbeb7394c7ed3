public import Foundation
public import LIFModel

/// The code that does one task: an adapter or a pipeline step (Orchestrator seed, "LIF Task Operator").
///
/// An operator makes **one** attempt: it never retries, and it holds no state about runs. It fetches whole fragments,
/// gives only paths it was asked for, and reacts to cancellation by letting go of its socket or process. It keeps
/// learner data out of its errors.
public protocol TaskOperator: Sendable {
    /// Does the work of one plan part.
    ///
    /// - Parameter emit: Takes the fragments one by one as they come; a path with no data is not emitted.
    /// - Throws: `LIFError` `OperatorException` with its `reason`, retryable or not; `CancellationError`.
    func run(
        _ part: QueryPlanPart, emit: @Sendable (Fragment) async throws -> Void
    ) async throws -> OperatorReport

    /// Asks the source whether it answers, without asking for a learner's data.
    ///
    /// - Returns: One sentence for people.
    /// - Throws: `LIFError` `OperatorException`.
    func check() async throws -> String
}

/// What an operator tells beside the fragments.
public struct OperatorReport: Sendable, Hashable {
    /// Whether the source knows the learner at all.
    public let learnerKnown: Bool
    /// The age of the data, where the source states it.
    public let dataTimestamp: Date?

    public init(learnerKnown: Bool, dataTimestamp: Date? = nil) {
        self.learnerKnown = learnerKnown
        self.dataTimestamp = dataTimestamp
    }
}
