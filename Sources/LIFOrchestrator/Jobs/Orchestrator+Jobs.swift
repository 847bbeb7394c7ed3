import Foundation
public import LIFModel
public import LIFWorkflow

// MARK: - What can be asked about jobs and done to them

extension Orchestrator {
    private static let notFound = LIFError(.jobNotFoundException, "There is no job of this id.")

    private func existing(_ id: JobID) async throws -> Job {
        guard let job = try await stores.jobs.job(id) else { throw Self.notFound }
        return job
    }

    /// - Throws: `LIFError` `JobNotFoundException`, `OutputReadException`.
    public func report(_ id: JobID) async throws -> JobReport {
        try await report(of: try await existing(id))
    }

    private func report(of job: Job) async throws -> JobReport {
        let progress = try await stores.queue.progress(of: job.id)
        var isStarted = job.holder != stores.leases.own
        if !isStarted { isStarted = await engine.holds(job.id) }
        return JobReport(
            job: job, progress: progress,
            status: JobStatus(of: job, outcomes: progress.values, isStarted: isStarted))
    }

    /// Jobs, newest first.
    public func reports(_ filter: JobFilter) async throws -> [JobReport] {
        var reports: [JobReport] = []
        for job in try await stores.jobs.jobs(filter) { reports.append(try await report(of: job)) }
        return reports
    }

    /// The outcomes of a job with their data, as far as they have landed.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `ResultExpired`, `OutputReadException`.
    public func results(_ id: JobID) async throws -> JobResults {
        let job = try await existing(id)
        return JobResults(job: job, outcomes: try await stores.queue.outcomes(of: id))
    }

    /// The report as soon as the job has ended, or when the time is up, whichever comes first.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `OutputReadException`; `OutputWriteException` when an outcome could
    ///   not be kept: the job then stays accepted, and is taken up again. `CancellationError`.
    public func report(_ id: JobID, waitingFor limit: Duration) async throws -> JobReport {
        let events = board.watch(id)
        let report = try await report(id)
        if report.status.isFinal || limit <= .zero { return report }
        let watched = changes(of: report.job, events)
        let reason = try await withThrowingTaskGroup(of: Failure?.self) { group in
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            group.addTask { [self] in
                for await change in watched {
                    if case .ended(let reason?) = change { return reason }
                    if try await self.report(id).status.isFinal { return nil }
                }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        let last = try await self.report(id)
        if let reason, reason.reason == .storage, !last.status.isFinal {
            throw LIFError(.outputWriteException, reason.message, blame: .us, isRetryable: true, reason: .storage)
        }
        return last
    }

    /// A job's events: from this process's board, or the store's when another process runs it. Landings come in bursts, so only
    /// those that may be the last are passed on.
    private func changes(
        of job: Job, _ events: AsyncStream<OutcomeBoard.Event>
    ) -> AsyncStream<OutcomeBoard.Event> {
        guard job.holder != stores.leases.own else { return events }
        let others = stores.jobs.changesByOthers()
        return AsyncStream { continuation in
            // A bare task: it ends with the stream that it feeds.
            let feed = Task {
                for await _ in others { continuation.yield(.ended(reason: nil)) }
                continuation.finish()
            }
            continuation.onTermination = { _ in feed.cancel() }
        }
    }

    /// What lands of a job, from a position on, and its end. The stream ends with the job or with the listener's task.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`; the stream throws `ResultExpired`, `OutputReadException`.
    public func events(
        of id: JobID, after position: Int64
    ) async throws -> AsyncThrowingStream<JobEvent, any Error> {
        let job = try await existing(id)
        let board = board.watch(id)
        return AsyncThrowingStream { continuation in
            // A bare task: it ends with the stream that it feeds.
            let feed = Task { [self] in
                do {
                    try await tell(job, after: position, board, continuation)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in feed.cancel() }
        }
    }

    private func tell(
        _ job: Job, after first: Int64, _ board: AsyncStream<OutcomeBoard.Event>,
        _ continuation: AsyncThrowingStream<JobEvent, any Error>.Continuation
    ) async throws {
        var position = first
        var changes = changes(of: job, board).makeAsyncIterator()
        while !Task.isCancelled {
            let status = try await report(job.id).status
            var landed: [LandedOutcome]
            repeat {
                landed = try await stores.queue.landed(of: job.id, after: position, limit: 100)
                for outcome in landed {
                    continuation.yield(.landed(outcome))
                    position = outcome.position
                }
            } while !landed.isEmpty
            if status.isFinal {
                continuation.yield(.ended(status))
                return
            }
            guard await changes.next() != nil else { return }
        }
    }

    /// Cancels a job: what runs of it is stopped, and the parts without outcome fail with reason `cancelled`.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `OutputWriteException`; `JobNotFinished` is not thrown: a job that has
    ///   ended stays as it is, and its report says so.
    public func cancel(_ id: JobID) async throws -> JobReport {
        let job = try await existing(id)
        guard job.finishedAt == nil, let cancelled = try await stores.jobs.cancel(id, at: now(), by: stores.leases.own)
        else { return try await report(id) }
        stores.log.append(
            JobLogEntry(job: id, at: now(), level: .warning, event: "cancelled", message: "The job was cancelled."))
        try await stores.queue.raiseFence(of: id, to: cancelled.fence)
        await engine.cancel(id)
        let progress = try await stores.queue.progress(of: id)
        let missing = cancelled.plan.parts.indices.filter { progress[$0] == nil }
        try await JobEnd.cancelled.file(missing, of: cancelled, with: self)
        return try await report(id)
    }

    /// Runs the failed parts of a job that has ended again; outcomes with data stay.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`; `JobNotFinished` while it runs; `ResultExpired` when its data was
    ///   removed; `Overloaded`, `OutputWriteException`.
    public func retry(_ id: JobID) async throws -> JobReport {
        let job = try await existing(id)
        let before = try await report(of: job)
        guard before.status.isFinal else {
            throw LIFError(.jobNotFinished, "The job is \(before.status.rawValue). Cancel it, or wait for its end.")
        }
        _ = try await stores.queue.landed(of: id, after: 0, limit: 1)
        try admission.check(before.failedParts, limit: configuration.openPartLimit)
        guard let reopened = try await stores.jobs.reopen(id, by: stores.leases.own) else {
            throw LIFError(.jobNotFinished, "The job is being ended or run again just now. Look at its status.")
        }
        stores.log.append(
            JobLogEntry(
                job: id, at: now(), event: "retried", message: "\(before.failedParts) failed parts run again."))
        let parts = try await stores.queue.reopenFailed(
            of: id, partCount: reopened.plan.parts.count, fence: reopened.fence)
        if parts.isEmpty {
            try await resultHandler.complete(reopened, try await stores.queue.progress(of: id))
        } else {
            try await start(
                reopened,
                try parser.graph(of: reopened.plan, workflow: reopened.submission.workflow, parts: parts))
        }
        return try await report(id)
    }

    /// Notes that whoever asked for the results has them: they may be removed after `RetentionPolicy.acknowledgedResults`.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`; `JobNotFinished` while it runs.
    public func acknowledge(_ id: JobID) async throws {
        _ = try await existing(id)
        guard try await stores.jobs.acknowledge(id, at: now()) else {
            throw LIFError(.jobNotFinished, "The job has not ended: there is no result to acknowledge.")
        }
    }

    /// The graph of a job, as it would run now.
    public func graph(_ id: JobID) async throws -> (report: JobReport, graph: WorkflowGraph) {
        let report = try await report(id)
        let plan = report.job.plan
        let parts = Array(plan.parts.indices)
        return (report, try parser.graph(of: plan, workflow: report.job.submission.workflow, parts: parts))
    }

    /// The last entries of a job's log.
    public func log(_ id: JobID, limit: Int = 1_000) async throws -> [JobLogEntry] {
        _ = try await existing(id)
        await stores.log.flush()
        return try await stores.log.entries(of: id, limit: limit)
    }

    /// Asks every configured source, all at the same time, whether it answers.
    ///
    /// - Returns: In configuration order, a sentence or why not.
    public func checkSources() async -> [(source: InformationSource, result: Result<String, Failure>)] {
        let setup = setup
        let sources = setup.configuration.catalogue.sources
        return await withTaskGroup(of: (Int, Result<String, Failure>).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, await Self.check(source, setup)) }
            }
            var results: [Int: Result<String, Failure>] = [:]
            for await (index, result) in group { results[index] = result }
            return sources.indices.compactMap { index in results[index].map { (sources[index], $0) } }
        }
    }

    private static func check(_ source: InformationSource, _ setup: OrchestratorSetup) async -> Result<String, Failure> {
        do {
            let adapter = try setup.loader.adapter(of: source)
            if source.translation != nil { _ = try setup.loader.translator(of: source.id) }
            let policy = TaskPolicy(retries: 0, timeout: setup.configuration.settings(of: source.id).policy.timeout)
            return .success(try await TaskRunner().run(policy) { _ in try await adapter.check() })
        } catch {
            return .failure(Failure(of: error))
        }
    }
}
