public import Foundation
public import LIFModel

/// Keeps accepted jobs. The truth about a job is here (what was submitted, who holds it, whether it was cancelled) and in the
/// `OutputQueue` (its outcomes).
///
/// An implementation keeps durably what a call has returned from, and passes `JobStoreConformance` of `LIFTesting`. Calls throw
/// `LIFError` `OutputReadException` and `OutputWriteException` where nothing else is said.
public protocol JobStore: Sendable {
    /// Keeps a job.
    ///
    /// - Returns: The job that now holds the idempotency key: this one, or the one accepted with that key earlier.
    /// - Throws: `LIFError` `JobPostException` when it cannot be kept.
    func accept(_ job: Job) async throws -> Job

    func job(_ id: JobID) async throws -> Job?

    /// Jobs, the last one accepted first.
    func jobs(_ filter: JobFilter) async throws -> [Job]

    /// Gives the holder unfinished jobs whose holder is not among the living, at most `limit`, each with its fence raised by
    /// one; oldest first. Of several processes that call this at the same time, one gets each job.
    ///
    /// A job that cannot be decoded is left out, so that one does not keep the others from going on; `job(_:)` throws for it.
    func claim(for holder: HolderID, living: Set<HolderID>, limit: Int) async throws -> [Job]

    /// The unfinished jobs that a holder has, oldest first; without those that cannot be decoded.
    func held(by holder: HolderID) async throws -> [Job]

    /// Marks an unfinished job cancelled, raises its fence, and gives it to the holder, who is to file what is missing.
    /// Of a job that is cancelled again the first date stays.
    ///
    /// - Returns: The job as it is now; `nil` when it does not exist or is finished.
    func cancel(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job?

    /// Notes that the engine could not run an unfinished job.
    ///
    /// - Returns: The job as it is now; `nil` when it is finished, or another process holds it (by the fence).
    func fail(_ id: JobID, _ failure: Failure, fence: Int) async throws -> Job?

    /// Makes a finished job an unfinished one again, not cancelled and not failed, started at this date, with a raised fence
    /// and this holder.
    ///
    /// - Returns: `nil` when it does not exist or is not finished, or its data was removed.
    func reopen(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job?

    /// Marks that each part has its outcome. Repeating it changes nothing, and so does a status that is not final, or a fence
    /// lower than the job's: its end is another one then, for it was cancelled, run again or taken over.
    ///
    /// - Returns: Whether this was the first time (since it was reopened).
    func finish(_ id: JobID, status: JobStatus, fence: Int, at date: Date) async throws -> Bool

    /// Marks that the results were taken by whoever asked for them. Repeating it changes nothing.
    ///
    /// - Returns: `false` when the job does not exist or is not finished.
    func acknowledge(_ id: JobID, at date: Date) async throws -> Bool

    /// Finished jobs whose data may go: finished before the one date, or acknowledged before the other, and not marked
    /// yet; at most `limit`. A date that is `nil` is no reason.
    func withExpiredData(finishedBefore: Date?, acknowledgedBefore: Date?, limit: Int) async throws -> [JobID]

    /// Marks that the data of these jobs is gone.
    func markDataRemoved(_ jobs: [JobID]) async throws

    /// Finished jobs that ended before the date, at most `limit`.
    func finished(before date: Date, limit: Int) async throws -> [JobID]

    func remove(_ jobs: [JobID]) async throws

    /// An element soon after another process has changed something in these stores, as long as someone listens.
    func changesByOthers() -> AsyncStream<Void>
}

/// Which jobs a list shows.
public struct JobFilter: Sendable, Hashable {
    /// `starting` and `running` both mean: not finished.
    public var status: JobStatus?
    /// Jobs with a part of this source.
    public var source: String?
    public var schedule: ScheduleID?
    /// The job that was submitted with this key.
    public var idempotencyKey: String?
    /// At most so many, 1 to 1,000.
    public var limit: Int
    /// Those accepted before this one; none when it does not exist.
    public var after: JobID?

    public init(
        status: JobStatus? = nil, source: String? = nil, schedule: ScheduleID? = nil, idempotencyKey: String? = nil,
        limit: Int = 50, after: JobID? = nil
    ) {
        self.status = status
        self.source = source
        self.schedule = schedule
        self.idempotencyKey = idempotencyKey
        self.limit = limit
        self.after = after
    }
}
