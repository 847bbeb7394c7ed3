import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow
import Logging

/// Files outcomes in the output queue, routes them to who waits, and ends jobs (Orchestrator seed, "Result Handler").
struct ResultHandler: Sendable {
    let stores: OrchestratorStores
    /// For runs that are over when their caller leaves.
    let memory: MemoryOutputQueue
    let board: Broadcast<JobID, RunEvent>
    let callbacks: CallbackDispatcher
    let metrics: OrchestratorMetrics
    let logger: Logger
    let now: @Sendable () -> Date
    let setup: @Sendable () -> OrchestratorSetup

    func queue(of run: WorkflowRun) -> any OutputQueue { run.isAccepted ? stores.queue : memory }

    /// Files a part's outcome; the first one stays. One that the queue does not take for its size becomes a failure.
    ///
    /// - Throws: `LIFError` `OutputWriteException`, `OutputQueueNotAvailableException`.
    func file(_ outcome: Outcome, part: Int, of run: WorkflowRun) async throws {
        let start = ContinuousClock.now
        var outcome = outcome
        let isFirst: Bool
        do {
            isFirst = try await queue(of: run).write(outcome, job: run.job, part: part, fence: run.fence)
        } catch let error as LIFError where error.reason == .answerTooLarge {
            outcome = Outcome(.failed(Failure(of: error)), finishedAt: outcome.finishedAt, duration: outcome.duration)
            isFirst = try await queue(of: run).write(outcome, job: run.job, part: part, fence: run.fence)
        }
        guard isFirst else { return }
        board.send(.landed(part: part, outcome), to: run.job)
        let summary = OutcomeSummary(outcome)
        let source = run.plan.parts[part].informationSourceID
        metrics.landed(source: source, summary, written: ContinuousClock.now - start)
        log(summary, part: part, source: source, of: run)
    }

    /// The fan-in's nudge: ends the job when each part has its outcome. Idempotent.
    func finish(_ run: WorkflowRun) async throws {
        guard run.isAccepted else { return }
        try await complete(run.job, fence: run.fence)
    }

    /// Ends a job under the fence of the run that asks for it, when each part has its outcome. Under a later one the outcomes
    /// are another run's, and may be about to go.
    func complete(_ id: JobID, fence: Int) async throws {
        // In this order: when it is run again in between, the job's fence is too low to end it.
        guard let job = try await stores.jobs.job(id), job.fence == fence else { return }
        let progress = try await stores.queue.progress(of: id)
        guard progress.count >= job.plan.parts.count else { return }
        try await complete(job, progress)
    }

    /// Ends a job all of whose parts have their outcome: the callbacks that are owed are kept before it counts as finished.
    func complete(_ job: Job, _ progress: [Int: OutcomeSummary]) async throws {
        guard job.finishedAt == nil else { return }
        let status = JobStatus(of: job, outcomes: progress.values, isStarted: false)
        guard status.isFinal else { return }
        let at = now()
        let owed = callbacks.owed(by: job, status: status, at: at)
        if !owed.isEmpty { try await stores.callbacks.add(owed, holder: stores.leases.own) }
        guard try await stores.jobs.finish(job.id, status: status, fence: job.fence, at: at) else { return }
        metrics.finished(status)
        let failed = progress.values.count { $0.failure != nil }
        stores.log.append(
            JobLogEntry(
                job: job.id, at: at, level: status == .failed ? .warning : .info, event: "ended",
                message: "\(status.rawValue): \(progress.count) parts, \(failed) failed."))
        logger.info(
            "A job has ended",
            metadata: [
                "job": "\(job.id.logLabel)", "status": "\(status.rawValue)", "parts": "\(progress.count)",
                "failed": "\(failed)", "milliseconds": "\(Int(at.timeIntervalSince(job.acceptedAt) * 1_000))",
            ])
        board.send(.ended(reason: nil), to: job.id)
        if !owed.isEmpty { callbacks.deliverOwed() }
    }

    private func log(_ outcome: OutcomeSummary, part: Int, source: String, of run: WorkflowRun) {
        let milliseconds = outcome.duration.inMilliseconds
        var metadata: Logger.Metadata = [
            "job": "\(run.job.logLabel)", "source": "\(source)", "milliseconds": "\(milliseconds)",
            "outcome": "\(outcome.kind.rawValue)",
        ]
        let task = WorkflowTask.Work.store(part: part).id
        if let failure = outcome.failure {
            metadata["reason"] = "\(failure.reason.rawValue)"
            // That its breaker has opened was logged once, and so is what the configuration lacks.
            let isKnown =
                failure.reason == .circuitOpen
                || failure.reason.isOfConfiguration
                    && !setup().told.isFirst(source: source, failure.reason.rawValue)
            logger.log(
                level: isKnown ? .debug : .warning, "A part has failed: \(failure.message)", metadata: metadata)
        } else {
            metadata["items"] = "\(outcome.items)"
            if outcome.failures.isEmpty {
                logger.debug("A part has landed", metadata: metadata)
            } else {
                metadata["missing"] = "\(Self.list(outcome.failures))"
                logger.warning("A part has landed, but the source failed at some of its paths", metadata: metadata)
            }
        }
        guard run.isAccepted else { return }
        let message =
            outcome.failure.map { "\(source) failed after \(milliseconds) ms (\($0.reason.rawValue)): \($0.message)" }
            ?? "\(source): \(outcome.items) items in \(milliseconds) ms."
            + (outcome.failures.isEmpty ? "" : " Missing: \(Self.list(outcome.failures)).")
        let isWhole = outcome.failure == nil && outcome.failures.isEmpty
        stores.log.append(
            JobLogEntry(
                job: run.job, at: outcome.finishedAt, level: isWhole ? .info : .warning,
                event: "landed", task: task, attempt: outcome.failure?.attempts, message: message))
    }

    /// Paths with the reason of each; neither is a learner's.
    private static func list(_ failures: [FragmentPath: Failure]) -> String {
        failures.map { "\($0.key) (\($0.value.reason.rawValue))" }.sorted().joined(separator: ", ")
    }
}
