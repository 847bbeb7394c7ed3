public import LIFModel
public import LIFWorkflow

// MARK: - Cancelling jobs, and running them again

extension Orchestrator {
    /// Cancels a job: what runs of it is stopped, and the parts without outcome fail with reason `cancelled`. A job that has
    /// ended stays as it is, and its report says so.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `OutputWriteException`.
    public func cancel(_ id: JobID) async throws -> JobReport {
        try await handle(id, .cancelled)
        return try await report(id)
    }

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
        let isReserved = try reserve(before.partsToRetry, for: id)
        defer { if isReserved { admission.release(id) } }
        switch try await handle(id, .retried)?.decision.refusal {
        case nil: return try await report(id)
        case .isExpired: throw QueueRefusal.expired
        case .isRunning:
            throw LIFError(.jobNotFinished, "The job is just ending or being retried. Check its status.")
        }
    }

    /// Notes that whoever asked for the results has them: they may be removed after `RetentionPolicy.acknowledgedResults`.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`; `JobNotFinished` while it runs.
    public func acknowledge(_ id: JobID) async throws {
        guard let decided = try await handle(id, .acknowledged) else { throw Self.notFound }
        if decided.decision.refusal != nil {
            throw LIFError(.jobNotFinished, "The job has not ended: there is no result to acknowledge.")
        }
    }
}
