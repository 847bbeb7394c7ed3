public import Foundation
public import LIFJournal
public import LIFModel

/// Jobs as they are read from the journal, accepted, and taken over. What else changes of a job is decided by the orchestrator's
/// `JobStateMachine`.
public struct JobStore: Sendable {
    package let journal: any Journal

    /// The jobs of this journal; runs of other kinds are not seen.
    public init(_ journal: any Journal) { self.journal = journal }

    /// Keeps a job.
    ///
    /// - Returns: The job that now holds the idempotency key: this one, or the one accepted with that key earlier.
    /// - Throws: `LIFError` `JobPostException` when it cannot be kept.
    public func accept(_ job: Job) async throws -> Job {
        let (run, index) = job.journaled
        do {
            return try Job(try await journal.accept(run, index: index, parts: []))
        } catch let error as LIFError {
            // What cannot be kept is not accepted, whatever the reason.
            throw LIFError(
                .jobPostException, error.message, blame: error.blame, isRetryable: error.isRetryable,
                cause: error.cause ?? error)
        }
    }

    /// The job of this id; `nil` when there is none.
    ///
    /// - Throws: `LIFError` `OutputReadException`, also for a job that cannot be decoded.
    public func job(_ id: JobID) async throws -> Job? {
        guard let run = try await journal.run(id, document: true), run.kind == .job else { return nil }
        return try Job(run)
    }

    /// Jobs, the last one accepted first; without those that cannot be decoded, so that these do not hide the others.
    public func jobs(_ filter: JobFilter) async throws -> [Job] {
        let progress: RunFilter.Progress =
            switch filter.status {
            case nil: .any
            case .starting, .running: .open
            case .completed, .failed: .ended(filter.status?.rawValue ?? "")
            }
        return try await journal.runs(
            RunFilter(
                .job, progress: progress, source: filter.source, schedule: filter.schedule, key: filter.idempotencyKey,
                after: filter.after, limit: min(max(filter.limit, 1), 1_000))
        ).compactMap { try? Job($0) }
    }

    /// Gives the holder unfinished jobs whose holder is not among the living, at most `limit`; oldest first. Of several processes that call this at the same time, one gets each job. Jobs that cannot be decoded
    /// are left out, so that they do not keep the others from going on.
    public func claim(for holder: HolderID, living: Set<HolderID>, limit: Int) async throws -> [Job] {
        var jobs: [Job] = []
        while jobs.count < limit {
            let runs = try await journal.claim(
                .job, for: holder, living: living.union([holder]), except: [], isFencing: false,
                limit: limit - jobs.count)
            if runs.isEmpty { break }
            jobs += runs.compactMap { try? Job($0) }
        }
        return jobs
    }

    /// The unfinished jobs that a holder has, oldest first; without those that cannot be decoded.
    public func held(by holder: HolderID) async throws -> [Job] {
        try await journal.runs(RunFilter(.job, progress: .open, holder: holder)).reversed()
            .compactMap { try? Job($0) }
            .enumerated().sorted { ($0.element.acceptedAt, $0.offset) < ($1.element.acceptedAt, $1.offset) }
            .map(\.element)
    }

    /// Finished jobs whose data may be removed: finished before the one date, or acknowledged before the other; at most `limit`.
    /// A date that is `nil` is no reason.
    public func withExpiredData(
        finishedBefore: Date?, acknowledgedBefore: Date?, limit: Int
    ) async throws -> [JobID] {
        try await journal.expired(
            .job, .data(endedBefore: finishedBefore, acknowledgedBefore: acknowledgedBefore), limit: limit)
    }

    /// Finished jobs that ended before the date, at most `limit`.
    public func finished(before date: Date, limit: Int) async throws -> [JobID] {
        try await journal.expired(.job, .run(endedBefore: date, onlyWithoutData: false), limit: limit)
    }
}

/// Which jobs a list shows.
public struct JobFilter: Sendable, Hashable {
    /// `starting` and `running` both mean: not finished.
    public var status: JobStatus?
    /// Jobs with a part of this source.
    public var source: String?
    /// Jobs that this schedule has submitted.
    public var schedule: ScheduleID?
    /// The job that was submitted with this key.
    public var idempotencyKey: String?
    /// At most so many, 1 to 1,000.
    public var limit: Int
    /// Those accepted before this one; none when it does not exist.
    public var after: JobID?

    /// All jobs, at most 50, unless the list is narrowed.
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
