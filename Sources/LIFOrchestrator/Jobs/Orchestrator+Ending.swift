public import LIFModel
public import LIFWorkflow
import Synchronization

// MARK: - Cancelling jobs, and running them again

extension Orchestrator {
    /// Cancels a job: what runs of it is stopped, and the parts without outcome fail with reason `cancelled`. A job that has
    /// ended stays as it is, and its report says so. Of several who cancel it at the same time the last one files what is
    /// missing, and the others wait for that.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `OutputWriteException`.
    public func cancel(_ id: JobID) async throws -> JobReport {
        let before = try await report(id)
        guard !before.status.isFinal,
            let cancelled = try await stores.jobs.cancel(id, at: now(), by: stores.leases.own)
        else { return try await report(id) }
        stores.log.append(
            JobLogEntry(job: id, at: now(), level: .warning, event: "cancelled", message: "The job was cancelled."))
        await engine.cancel(id)
        do {
            try await stores.queue.raiseFence(of: id, to: cancelled.fence)
            let progress = try await stores.queue.progress(of: id)
            let missing = cancelled.plan.parts.indices.filter { progress[$0] == nil }
            try await JobEnd.cancelled.file(missing, of: cancelled, with: self)
        } catch let error as LIFError where error.reason == .cancelled {
            // The job has a higher fence: somebody else has cancelled it after this, and ends it.
            return try await report(id, waitingFor: Self.longestEnding)
        }
        return try await report(id)
    }

    /// How long somebody else may take to end a job.
    private static let longestEnding = Duration.seconds(10)

    /// Runs the parts of a job that has ended again in which something failed; outcomes without a failure stay.
    ///
    /// A part that had data and failed at some paths is fetched anew as a whole: one part is one fetch.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`; `JobNotFinished` while it runs; `ResultExpired` when its data was
    ///   removed; `Overloaded`, `OutputWriteException`.
    public func retry(_ id: JobID) async throws -> JobReport {
        let before = try await report(id)
        guard before.status.isFinal else {
            throw LIFError(.jobNotFinished, "The job is \(before.status.rawValue). Cancel it, or wait for its end.")
        }
        _ = try await stores.queue.landed(of: id, after: 0, limit: 1)
        let isReserved = try reserve(before.partsToRetry, for: id)
        defer { if isReserved { admission.release(id) } }
        let (job, parts) = try await reopen(id)
        stores.log.append(
            JobLogEntry(job: id, at: now(), event: "retried", message: "\(parts.count) failed parts run again."))
        if parts.isEmpty {
            try await resultHandler.complete(job, try await stores.queue.progress(of: id))
        } else {
            let graph = try parser.graph(of: job.plan, workflow: job.submission.workflow, parts: parts)
            try await start(job, graph)
        }
        return try await report(id)
    }

    /// - Returns: The job as it is now, and the parts that have no outcome any more.
    private func reopen(_ id: JobID) async throws -> (Job, [Int]) {
        let isAlone = reopening.withLock { $0.insert(id).inserted }
        guard isAlone else { throw Self.isBeingChanged }
        // Until its failed outcomes are gone the job looks as if it had ended: nobody may take it up.
        defer { _ = reopening.withLock { $0.remove(id) } }
        guard let job = try await stores.jobs.reopen(id, at: now(), by: stores.leases.own) else {
            throw Self.isBeingChanged
        }
        do {
            let parts = try await stores.queue.reopenFailed(
                of: id, partCount: job.plan.parts.count, fence: job.fence)
            return (job, parts)
        } catch let error as LIFError where error.reason == .cancelled {
            throw Self.isBeingChanged
        }
    }

    private static let isBeingChanged = LIFError(
        .jobNotFinished, "The job is being ended or run again just now. Look at its status.")
}
