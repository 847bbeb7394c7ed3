import LIFModel
import LIFWorkflow

/// What the parts of a job get that will not run any more.
struct JobEnd {
    /// Outcomes are filed at the same time, so that a store may commit them together.
    private static let filedAtOnce = 64

    let failure: Failure

    static let cancelled = JobEnd(
        failure: Failure(.cancelled, "The job was cancelled before this part had its outcome."))

    static func timedOut(_ job: Job) -> JobEnd {
        let limit = job.submission.workflow.timeout?.forPeople ?? "its time"
        return JobEnd(
            failure: Failure(.timeout, "The job's time-out of \(limit) was over before this part had its outcome."))
    }

    /// Files an outcome for each part that has none, and ends the job.
    ///
    /// - Throws: `LIFError` `OutputWriteException`, with reason `cancelled` when another process holds the job now.
    func file(_ missing: [Int], of job: Job, with orchestrator: Orchestrator) async throws {
        let outcome = Outcome(.failed(failure), finishedAt: orchestrator.now(), duration: .zero)
        // Only who writes is told by it: no task of it runs.
        let run = WorkflowRun(
            job: job.id, plan: job.plan, graph: try WorkflowGraph(tasks: [WorkflowTask(.start, upstream: [])]),
            isAccepted: true, fence: job.fence, startedAt: job.startedAt)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, part) in missing.enumerated() {
                if number >= Self.filedAtOnce { try await group.next() }
                group.addTask { try await orchestrator.resultHandler.file(outcome, part: part, of: run) }
            }
            try await group.waitForAll()
        }
        try await orchestrator.resultHandler.complete(job.id, fence: job.fence)
        orchestrator.forget(job.id, fence: job.fence)
    }
}
