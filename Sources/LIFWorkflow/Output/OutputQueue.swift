public import LIFModel

/// The staging area of a run (Orchestrator seed, "Output Queue"): tasks hand their outputs on through it, and outcomes wait
/// in it until they are read by job id. So tasks run independently, also in different processes.
///
/// An implementation keeps durably what a call has returned from, and passes `OutputQueueConformance` of `LIFTesting`. All
/// calls throw `LIFError`: `OutputWriteException` or `OutputReadException`, and `OutputQueueNotAvailableException` when the
/// queue as a whole cannot be used.
public protocol OutputQueue: Sendable {
    /// Keeps what an attempt at a task has brought. Writing it again changes nothing, and so does an earlier attempt than
    /// the one that is kept, or a task of a part whose outcome is filed.
    ///
    /// - Parameter fence: A writer with a lower one than the job's is refused.
    /// - Throws: As for an outcome.
    func write(
        _ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int
    ) async throws

    /// The output of the last attempt at a task; `nil` when there is none, or the part's outcome is filed already.
    func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput?

    /// Files a part's outcome, and drops the outputs of the part's tasks with it. The first one of a job and part stays;
    /// later ones change nothing.
    ///
    /// - Returns: Whether this was the first.
    /// - Throws: `OutputWriteException` also for an outcome larger than the queue takes, with reason `answer-too-large`; and
    ///   with reason `cancelled` for a fence lower than the job's.
    func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool

    /// What has landed, by part; empty for a job that is not known. Reading removes nothing.
    ///
    /// - Throws: `ResultExpired` when the data of the job's outcomes was removed.
    func outcomes(of job: JobID) async throws -> [Int: Outcome]

    /// What has landed of some of the parts only, so that the outcomes of a large job need not be in memory together.
    ///
    /// - Throws: `ResultExpired` as for all parts.
    func outcomes(of job: JobID, parts: Range<Int>) async throws -> [Int: Outcome]

    /// How large the data of some of the parts is, about, in bytes; parts without data are not in it.
    ///
    /// It takes no memory for the data, so that it can be asked before there is room for them.
    ///
    /// - Throws: `OutputReadException`.
    func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int]

    /// What has landed after a position, in the order in which it landed, at most `limit` of them.
    ///
    /// - Throws: `ResultExpired` as for `outcomes`.
    func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome]

    /// What has landed, without the data: also when that was removed.
    func progress(of job: JobID) async throws -> [Int: OutcomeSummary]
}

extension OutputQueue {
    /// Reads all to give some: for queues in memory.
    public func outcomes(of job: JobID, parts: Range<Int>) async throws -> [Int: Outcome] {
        try await outcomes(of: job).filter { parts.contains($0.key) }
    }
}

/// An outcome with its place in the order of landing; positions of one job grow and never come twice.
public struct LandedOutcome: Sendable, Hashable {
    /// The place in the order of landing; a client that has seen it asks for what comes after it.
    public let position: Int64
    /// The index of the part in the job's query plan, from 0.
    public let part: Int
    /// What became of the part, with its data.
    public let outcome: Outcome

    /// An outcome at its place.
    public init(position: Int64, part: Int, outcome: Outcome) {
        self.position = position
        self.part = part
        self.outcome = outcome
    }
}
