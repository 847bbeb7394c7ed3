import LIFConcurrency
import LIFModel
import LIFWorkflow
import Logging
import Synchronization

// MARK: - What follows when nothing of a run goes on any more

extension Orchestrator {
    /// How often a run that the engine could not end is submitted again ("Retries" in ARCHITECTURE.md).
    static let resubmissionLimit = 2

    /// What the engine says when nothing of an accepted run goes on any more. The outcomes tell whether the job has ended.
    func jobRunEnded(_ run: WorkflowRun, _ error: (any Error)?) async {
        let failure = error.map(Failure.init(of:))
        do {
            guard let job = try await stores.jobs.job(run.job), job.finishedAt == nil else {
                forget(run.job, fence: run.fence)
                return
            }
            guard job.fence == run.fence else {
                forget(run.job, fence: run.fence)
                // Cancelled and run again, or given to another process and back, before this run had ended.
                if job.holder == stores.leases.own, job.cancelledAt == nil { await takeUp(job) }
                return
            }
            // Whoever cancelled it files what is missing, or leaves it to the next start.
            if error is CancellationError || failure?.reason == .cancelled { return }
            let progress = try await stores.queue.progress(of: run.job)
            if progress.count >= job.plan.parts.count {
                try await resultHandler.complete(job, progress)
                forget(run.job, fence: run.fence)
            } else if let failure, failure.reason == .storage {
                // Running it again at once would fetch again what cannot be kept.
                stopped(run, failure)
            } else {
                try await submitAgain(job, after: failure)
            }
        } catch {
            stopped(run, Failure(of: error))
        }
    }

    private func submitAgain(_ job: Job, after failure: Failure?) async throws {
        let reason = failure ?? Failure(.internal, "The engine ended the run before each part had its outcome.")
        let count = resubmissions.withLock { counts in
            counts[job.id, default: 0] += 1
            return counts[job.id] ?? 0
        }
        if count <= Self.resubmissionLimit {
            logger.warning(
                "A run is submitted again: \(reason.message)",
                metadata: ["job": "\(job.id.logLabel)", "reason": "\(reason.reason.rawValue)"])
            _ = try await resume(job)
            return
        }
        let end = Failure(
            .internal, "The engine could not run the job, though it was submitted again: \(reason.message)")
        guard let failed = try await stores.jobs.fail(job.id, end, fence: job.fence) else { return }
        _ = try await resume(failed)
    }

    /// The job cannot even be marked failed: its waiters hear why, and it is taken up later.
    private func stopped(_ run: WorkflowRun, _ reason: Failure) {
        logger.error(
            "A job stopped before its end: \(reason.message)",
            metadata: ["job": "\(run.job.logLabel)", "reason": "\(reason.reason.rawValue)"])
        board.send(.ended(reason: reason), to: run.job)
    }
}
