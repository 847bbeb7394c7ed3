import LIFConcurrency
import LIFJournal
public import LIFModel
public import LIFWorkflow

// MARK: - Waiting for what happens to a job

extension Orchestrator {
    /// The report as soon as the job has ended, or when the time is up, whichever comes first; also when another process
    /// ends it.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `OutputReadException`; `OutputWriteException` when an outcome could
    ///   not be kept: the job then stays accepted, and is taken up again. `CancellationError`.
    public func report(_ id: JobID, waitingFor limit: Duration) async throws -> JobReport {
        let (events, others) = (board.listen(to: id), stores.journal.changes(of: id))
        let report = try await report(id)
        if report.status.isFinal || limit <= .zero { return report }
        let reason = try await Deadline.run(within: limit) { [self] in try await end(of: id, events, others) } ?? nil
        try Task.checkCancellation()
        let last = try await self.report(id)
        if let reason, reason.reason == .storage, !last.status.isFinal {
            throw LIFError(.outputWriteException, reason.message, blame: .us, isRetryable: true, reason: .storage)
        }
        return last
    }

    /// Waits for the end of a job.
    ///
    /// - Returns: Why its run stopped before its end, where it did.
    private func end(
        of id: JobID, _ events: AsyncStream<RunEvent>, _ others: AsyncStream<Void>
    ) async throws -> Failure? {
        try await withThrowingTaskGroup(of: Failure?.self) { group in
            defer { group.cancelAll() }
            group.addTask { [self] in
                // A part that lands is not looked at: the end of the job is reported.
                for await event in events {
                    guard case .ended(let reason) = event else { continue }
                    if let reason { return reason }
                    if try await hasEnded(id) { return nil }
                }
                return nil
            }
            group.addTask { [self] in
                for await _ in others where try await hasEnded(id) { return nil }
                // Others are not reported any more: this is no reason to stop waiting.
                await Pulse().wait()
                return nil
            }
            return try await group.next() ?? nil
        }
    }

    private func hasEnded(_ id: JobID) async throws -> Bool {
        try await stores.jobs.job(id).map { $0.finishedAt != nil } ?? true
    }

    /// What lands of a job, from a position on, and its end. The stream ends with the job or with the listener's task.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `ResultExpired`, `OutputReadException`; the stream the last two.
    public func events(
        of id: JobID, after position: Int64
    ) async throws -> AsyncThrowingStream<JobEvent, any Error> {
        _ = try await existing(id)
        // What cannot be read at all is said before the stream begins.
        _ = try await stores.queue.landed(of: id, after: position, limit: 1)
        let feed = JobEventFeed(of: id, after: position, stores: stores, board: board)
        return AsyncThrowingStream { try await feed.next() }
    }
}
