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
        let (events, others) = (board.watch(id), stores.journal.changes())
        let report = try await report(id)
        if report.status.isFinal || limit <= .zero { return report }
        let reason = try await withThrowingTaskGroup(of: Failure?.self) { group in
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            group.addTask { [self] in
                // A part that lands is not looked at: the end of the job is told.
                for await event in events {
                    guard case .ended(let reason) = event else { continue }
                    if let reason { return reason }
                    if try await hasEnded(id) { return nil }
                }
                return nil
            }
            group.addTask { [self] in
                for await _ in others where try await hasEnded(id) { return nil }
                // Others are not told of any more: this is no reason to stop waiting.
                try? await Task.sleep(for: limit)
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
