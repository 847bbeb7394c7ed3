import LIFModel
import LIFWorkflow
import Logging

extension PlanTaskExecutor {
    /// Tells what a mapping found nothing for: each time in the metrics and in the job's log, once in the process's.
    func report(_ unmatched: [UnmatchedTarget], of part: QueryPlanPart, _ task: WorkflowTask, _ run: WorkflowRun) {
        let source = part.informationSourceID
        trace?.unmatched(unmatched)
        for unmatched in unmatched {
            metrics.unmatched(source: source, target: unmatched.target)
            let paths = unmatched.paths.joined(separator: ", ")
            if setup.told.isFirst(source: source, unmatched.target) {
                orchestrator.logger.notice(
                    "A mapping found nothing in an answer with data: if that is always so, its path is mistyped",
                    metadata: ["source": "\(source)", "target": "\(unmatched.target)", "path": "\(paths)"])
            }
            guard run.isAccepted else { continue }
            log.append(
                JobLogEntry(
                    job: run.job, at: now(), level: .info, event: "unmatched", task: task.id,
                    message: "\(source): the mapping of \(unmatched.target) found nothing at \(paths)."))
        }
    }
}
