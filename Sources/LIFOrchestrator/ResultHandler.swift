import LIFModel
import LIFWorkflow
import Logging

/// Files outcomes in the output queue and routes them to who waits (Orchestrator seed, "Result Handler").
struct ResultHandler: Sendable {
    let jobs: any JobStore
    /// For accepted runs.
    let queue: any OutputQueue
    /// For runs that are over when their caller leaves.
    let memory: MemoryOutputQueue
    let board: OutcomeBoard
    let logger: Logger

    /// Files a part's outcome; the first one stays.
    ///
    /// - Throws: `LIFError` `OutputWriteException`, `OutputQueueNotAvailableException`.
    func file(_ outcome: Outcome, part: Int, of run: WorkflowRun) async throws {
        let isFirst: Bool
        if run.isAccepted {
            isFirst = try await queue.write(outcome, job: run.job, part: part)
        } else {
            isFirst = try await memory.write(outcome, job: run.job, part: part)
        }
        guard isFirst else { return }
        board.tell(run.job, .landed(part: part, outcome))
        log(outcome, part: run.plan.parts[part], of: run)
    }

    /// The fan-in's nudge: marks the job finished when each part has its outcome. Idempotent.
    func finish(_ run: WorkflowRun) async throws {
        guard run.isAccepted else { return }
        let outcomes = try await queue.outcomes(of: run.job)
        if outcomes.count >= run.plan.parts.count { try await jobs.markFinished(run.job) }
    }

    /// Tells those who wait that nothing of the run goes on any more, and forgets what was kept for a caller.
    func ended(_ run: WorkflowRun, reason: Failure?) {
        if !run.isAccepted { memory.remove(run.job) }
        board.tell(run.job, .ended(reason: reason))
        guard run.isAccepted, let reason, reason.reason != .cancelled else { return }
        logger.error(
            "A job stopped before its end: \(reason.message)",
            metadata: ["job": "\(run.job.logLabel)", "reason": "\(reason.reason.rawValue)"])
    }

    private func log(_ outcome: Outcome, part: QueryPlanPart, of run: WorkflowRun) {
        var metadata: Logger.Metadata = [
            "job": "\(run.job.logLabel)", "source": "\(part.informationSourceID)",
            "milliseconds": "\(outcome.duration.inMilliseconds)",
        ]
        switch outcome.result {
        case .data(let fragments):
            metadata["outcome"] = "data"
            metadata["items"] = "\(fragments.reduce(0) { $0 + $1.content.count })"
            logger.info("A part has landed", metadata: metadata)
        case .empty:
            metadata["outcome"] = "empty"
            logger.info("A part has landed", metadata: metadata)
        case .failed(let failure):
            metadata["outcome"] = "failed"
            metadata["reason"] = "\(failure.reason.rawValue)"
            logger.warning("A part has failed: \(failure.message)", metadata: metadata)
        }
    }
}
