import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow
import Logging

/// Routes outcomes that are kept to who waits, and to log and metrics (Orchestrator seed, "Result Handler").
struct ResultHandler: Sendable {
    let board: Broadcast<JobID, RunEvent>
    let log: any JobLog
    let metrics: OrchestratorMetrics
    let logger: Logger
    let setup: @Sendable () -> OrchestratorSetup

    /// - Parameter written: How long it took to keep it.
    func tell(
        _ outcome: Outcome, part: Int, of job: JobID, _ plan: QueryPlan, isAccepted: Bool, written: Duration
    ) {
        board.send(.landed(part: part, outcome), to: job)
        let summary = OutcomeSummary(outcome)
        let source = plan.parts[part].informationSourceID
        metrics.landed(source: source, summary, written: written)
        log(summary, part: part, source: source, of: job, isAccepted: isAccepted)
    }

    private func log(_ outcome: OutcomeSummary, part: Int, source: String, of job: JobID, isAccepted: Bool) {
        let milliseconds = outcome.duration.inMilliseconds
        var metadata: Logger.Metadata = [
            "job": "\(job.logLabel)", "source": "\(source)", "milliseconds": "\(milliseconds)",
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
        guard isAccepted else { return }
        let message =
            outcome.failure.map { "\(source) failed after \(milliseconds) ms (\($0.reason.rawValue)): \($0.message)" }
            ?? "\(source): \(outcome.items) items in \(milliseconds) ms."
            + (outcome.failures.isEmpty ? "" : " Missing: \(Self.list(outcome.failures)).")
        let isWhole = outcome.failure == nil && outcome.failures.isEmpty
        log.append(
            JobLogEntry(
                job: job, at: outcome.finishedAt, level: isWhole ? .info : .warning,
                event: "landed", task: task, attempt: outcome.failure?.attempts, message: message))
    }

    /// Paths with the reason of each; neither is a learner's.
    private static func list(_ failures: [FragmentPath: Failure]) -> String {
        failures.map { "\($0.key) (\($0.value.reason.rawValue))" }.sorted().joined(separator: ", ")
    }
}
