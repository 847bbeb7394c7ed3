public import Foundation
public import LIFJSON
public import LIFModel

/// The code that fetches from a source: an adapter (Orchestrator seed, "LIF Task Operator").
///
/// An operator makes **one** attempt: it never retries, and it holds no state about runs. It fetches whole fragments,
/// gives only paths it was asked for (others are dropped and counted), and reacts to cancellation by letting go of its socket or process. It keeps
/// learner data out of its errors.
public protocol TaskOperator: Sendable {
    /// Does the work of one plan part.
    ///
    /// - Parameter emit: Takes what the source has, one by one as it comes. A path with no data is not emitted.
    /// - Throws: `LIFError` `OperatorException` with its `reason`, retryable or not; `CancellationError`.
    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport

    /// Asks the source whether it answers, without asking for a learner's data.
    ///
    /// - Returns: One sentence for people.
    /// - Throws: `LIFError` `OperatorException`.
    func check() async throws -> String

    /// Holds the configured paths against what the source says of itself, where it says anything: a partner's schema.
    ///
    /// - Returns: One sentence for each that the source cannot fill.
    /// - Throws: `LIFError` `OperatorException`.
    func notices(about paths: [FragmentPath]) async throws -> [String]
}

extension TaskOperator {
    /// None: most sources say nothing of what they have.
    public func notices(about paths: [FragmentPath]) async throws -> [String] { [] }
}

/// What an adapter yields.
public enum OperatorItem: Sendable, Hashable {
    /// All that the source has at one path.
    case fragment(Fragment)
    /// The source's own document, whole: for a part whose `translation` says that a Translator makes a record of it. At
    /// most one; without a translation, nothing is made of it.
    case document(RawJSON)
}

/// What an operator reports beside the items.
public struct OperatorReport: Sendable, Hashable {
    /// Whether the source knows the learner at all.
    public let learnerKnown: Bool
    /// The age of the data, where the source states it.
    public let dataTimestamp: Date?
    /// Other members of `Person` in a record out of which the asked ones were taken: names alone, without their data.
    public let leftOut: [FragmentPath]
    /// What the source's mapping found nothing for in an answer that has data.
    public let unmatched: [UnmatchedTarget]
    /// Paths at which the source failed although it answered for the others. Nothing is kept there, so that the next
    /// query asks again; what was emitted at such a path is dropped.
    public let failures: [FragmentPath: Failure]
    /// Whether another attempt may succeed where this one failed.
    public let failuresMayPass: Bool

    /// What an operator reports at the end of an attempt that has succeeded, at least at some paths.
    ///
    /// - Parameter failures: At paths that were asked for.
    public init(
        learnerKnown: Bool, dataTimestamp: Date? = nil, leftOut: [FragmentPath] = [],
        unmatched: [UnmatchedTarget] = [], failures: [FragmentPath: Failure] = [:], failuresMayPass: Bool = false
    ) {
        self.unmatched = unmatched
        self.failures = failures
        self.failuresMayPass = failuresMayPass
        self.learnerKnown = learnerKnown
        self.dataTimestamp = dataTimestamp
        self.leftOut = leftOut
    }
}

/// What an operator is given about the run it works for.
public struct OperatorContext: Sendable {
    /// Counted from 1.
    public let attempt: Int
    /// The planners that the plan came through: an operator that asks another planner sends them on (`LIF-Via`).
    public let via: FederationPath
    /// Puts a line into the job's own log (`GET /jobs/{id}/log`), never into the process's.
    public let log: @Sendable (String) -> Void
    /// Sees requests and answers, where somebody looks at this run; `nil` otherwise.
    public let trace: OperatorTrace?

    /// The context of an attempt; by default the first one of a direct query, without trace, whose log lines are dropped.
    public init(
        attempt: Int = 1, via: FederationPath = FederationPath(), trace: OperatorTrace? = nil,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.attempt = attempt
        self.via = via
        self.trace = trace
        self.log = log
    }
}
