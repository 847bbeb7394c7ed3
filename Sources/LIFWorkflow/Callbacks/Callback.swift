public import Foundation
public import LIFJSON
public import LIFModel

/// When a callback is made (Orchestrator seed, "DAG": "Callbacks").
public enum CallbackKind: String, Sendable, Hashable, CaseIterable {
    /// The job's results, as a planner takes them at `/orchestration/results`.
    case results
    /// The job has ended, however.
    case completion
    case success
    case failure
    case slaMiss = "sla_miss"
}

/// A callback that is owed: kept until it is delivered or given up.
public struct Callback: Sendable, Hashable {
    /// The same for every attempt, so that a receiver can tell a repetition.
    public let id: RandomID
    public let job: JobID
    public let kind: CallbackKind
    /// A registered operator's name or a URL.
    public let target: String
    /// The fence of the job when it came to be: a job that is run again owes its callbacks again.
    public let fence: Int
    public let createdAt: Date
    /// Attempts that failed.
    public var attempts: Int

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

/// Keeps callbacks that are owed. Passes `CallbackStoreConformance` of `LIFTesting`.
public protocol CallbackStore: Sendable {
    /// Keeps callbacks for a holder to deliver. One of the same job, kind, target and fence that is known already stays.
    func add(_ callbacks: [Callback], holder: HolderID) async throws

    /// Gives the holder the callbacks that are owed and whose holder is not among the living; oldest first.
    func claim(for holder: HolderID, living: Set<HolderID>) async throws -> [Callback]

    /// The callbacks that are owed and that the holder has; oldest first.
    func owed(by holder: HolderID) async throws -> [Callback]

    /// Notes another failed attempt.
    func noteAttempt(_ id: RandomID, attempts: Int) async throws

    /// Marks that nothing more is to be done: it was delivered, or given up with a reason.
    func close(_ id: RandomID, givenUp reason: String?) async throws

    func remove(_ jobs: [JobID]) async throws
}

/// Delivers callbacks: posts them to a URL, or hands them to a command. It makes **one** attempt.
public protocol CallbackOperator: Sendable {
    /// - Throws: `LIFError` `OperatorException`, retryable or not; `CancellationError`.
    func deliver(_ message: CallbackMessage) async throws
}

/// What is delivered.
public struct CallbackMessage: Sendable, Hashable {
    public let callback: Callback
    /// For `results` the job results; else what happened, without any learner's data.
    public let body: RawJSON

    public init(callback: Callback, body: RawJSON) {
        self.callback = callback
        self.body = body
    }
}
