public import Foundation
public import LIFJournal
public import LIFModel

/// Jobs in the journal.
public struct JournalJobStore: JobStore {
    package let journal: any Journal

    public init(_ journal: any Journal) { self.journal = journal }

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

    public func job(_ id: JobID) async throws -> Job? {
        guard let run = try await journal.run(id, document: true), run.kind == .job else { return nil }
        return try Job(run)
    }

    public func jobs(_ filter: JobFilter) async throws -> [Job] {
        let progress: RunFilter.Progress =
            switch filter.status {
            case nil: .any
            case .starting, .running: .open
            case .completed, .failed: .ended(filter.status?.rawValue ?? "")
            }
        // A damaged one must not hide the others.
        return try await journal.runs(
            RunFilter(
                .job, progress: progress, source: filter.source, schedule: filter.schedule, key: filter.idempotencyKey,
                after: filter.after, limit: min(max(filter.limit, 1), 1_000))
        ).compactMap { try? Job($0) }
    }

    public func claim(for holder: HolderID, living: Set<HolderID>, limit: Int) async throws -> [Job] {
        var jobs: [Job] = []
        // One that cannot be read does not keep the others from going on.
        while jobs.count < limit {
            let runs = try await journal.claim(
                .job, for: holder, living: living.union([holder]), except: [], limit: limit - jobs.count)
            if runs.isEmpty { break }
            jobs += runs.compactMap { try? Job($0) }
        }
        return jobs
    }

    public func held(by holder: HolderID) async throws -> [Job] {
        try await journal.runs(RunFilter(.job, progress: .open, holder: holder)).reversed()
            .compactMap { try? Job($0) }
            .enumerated().sorted { ($0.element.acceptedAt, $0.offset) < ($1.element.acceptedAt, $1.offset) }
            .map(\.element)
    }

    public func cancel(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await changeJob(id) { state in
            guard state.isOpen else { return false }
            state.cancelledAt = state.cancelledAt ?? date
            state.holder = holder
            state.epoch += 1
            return true
        }
    }

    public func fail(_ id: JobID, _ failure: Failure, fence: Int) async throws -> Job? {
        try await changeJob(id) { state in
            guard state.isOpen, state.epoch <= fence else { return false }
            state.failure = RunFailure(failure)
            return true
        }
    }

    public func reopen(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await changeJob(id, onlyWithData: true) { state in
            if state.isOpen { return false }
            state = JournalRun.State(startedAt: date, holder: holder, epoch: state.epoch + 1)
            return true
        }
    }

    public func finish(_ id: JobID, status: JobStatus, fence: Int, at date: Date) async throws -> Bool {
        guard status.isFinal else { return false }
        return try await change(id) { state in
            guard state.isOpen, state.epoch <= fence else { return false }
            (state.end, state.endedAt) = (status.rawValue, date)
            return true
        } != nil
    }

    public func acknowledge(_ id: JobID, at date: Date) async throws -> Bool {
        var hasEnded = false
        _ = try await change(id) { state in
            hasEnded = !state.isOpen
            guard hasEnded, state.acknowledgedAt == nil else { return false }
            state.acknowledgedAt = date
            return true
        }
        return hasEnded
    }

    private func changeJob(
        _ id: JobID, onlyWithData: Bool = false, _ decide: (inout JournalRun.State) -> Bool
    ) async throws -> Job? {
        try await change(id, document: true, onlyWithData: onlyWithData, decide).map { try Job($0) }
    }

    /// Decides on the state as it is; again, when somebody else has changed it meanwhile.
    ///
    /// - Parameter decide: Changes the state; `false` when there is nothing to change.
    /// - Returns: The job's run as it is then; `nil` when nothing was changed.
    private func change(
        _ id: JobID, document: Bool = false, onlyWithData: Bool = false, _ decide: (inout JournalRun.State) -> Bool
    ) async throws -> JournalRun? {
        while let run = try await journal.run(id, document: document), run.kind == .job {
            var state = run.state
            if onlyWithData && run.isDataRemoved || !decide(&state) { return nil }
            if let changed = try await journal.commit(RunChange(run, to: state)) {
                return changed.with(document: run.document)
            }
        }
        return nil
    }

    public func withExpiredData(
        finishedBefore: Date?, acknowledgedBefore: Date?, limit: Int
    ) async throws -> [JobID] {
        try await journal.expired(
            .job, .data(endedBefore: finishedBefore, acknowledgedBefore: acknowledgedBefore), limit: limit)
    }

    public func markDataRemoved(_ jobs: [JobID]) async throws {
        var ended: [JobID] = []
        for job in jobs where try await journal.run(job, document: false)?.state.isOpen == false { ended.append(job) }
        try await journal.remove(.data, of: ended)
    }

    public func finished(before date: Date, limit: Int) async throws -> [JobID] {
        try await journal.expired(.job, .run(endedBefore: date, onlyWithoutData: false), limit: limit)
    }

    public func remove(_ jobs: [JobID]) async throws { try await journal.remove(.all, of: jobs) }

    public func changesByOthers() -> AsyncStream<Void> { journal.changes() }
}
