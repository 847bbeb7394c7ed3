public import Foundation
public import LIFModel

/// The log of a run, for people who debug it or look at its speed (Orchestrator seed, "Design Assumptions", 7).
///
/// It is kept beside the job and readable by who may read the job. It is no truth: a process that dies may lose the last
/// entries.
public protocol JobLog: Sendable {
    /// Takes an entry; it is kept soon after.
    func append(_ entry: JobLogEntry)

    /// The entries of a job, in their order, at most `limit` of the last ones.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func entries(of job: JobID, limit: Int) async throws -> [JobLogEntry]

    /// Returns when what was appended before is kept, or could not be.
    func flush() async

    /// Removes entries older than the date, at most `limit`.
    ///
    /// - Returns: How many.
    func remove(before date: Date, limit: Int) async throws -> Int

    /// Removes all entries of the jobs.
    func remove(_ jobs: [JobID]) async throws
}

/// One line in the log of a job. It holds neither learner values nor credentials.
public struct JobLogEntry: Sendable, Hashable {
    /// How much it matters.
    public enum Level: String, Sendable, Hashable {
        case info
        case warning
        case error
    }

    /// The job whose log it is in.
    public let job: JobID
    /// When it happened.
    public let at: Date
    /// How much it matters.
    public let level: Level
    /// A word for programs: `accepted`, `attempt-failed`, `landed`, `sla-missed`, `ended`, ….
    public let event: String
    /// The task that it is about; `nil` for the job as a whole.
    public let task: WorkflowTask.ID?
    /// The attempt at the task, from 1; `nil` when it is about all of them or none.
    public let attempt: Int?
    /// A sentence for people.
    public let message: String

    /// An entry about a job, or about one of its tasks.
    public init(
        job: JobID, at: Date, level: Level = .info, event: String, task: WorkflowTask.ID? = nil, attempt: Int? = nil,
        message: String
    ) {
        self.job = job
        self.at = at
        self.level = level
        self.event = event
        self.task = task
        self.attempt = attempt
        self.message = message
    }
}
