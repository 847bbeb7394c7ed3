import LIFModel
import LIFWorkflow
import Synchronization

/// Takes runs and loses them, as an engine that dies does.
final class ForgetfulEngine: WorkflowEngine {
    let name = "forgetful"
    private let jobs: any JobStore
    private let taken = Mutex<[(run: WorkflowRun, wasKept: Bool)]>([])

    init(jobs: any JobStore) { self.jobs = jobs }

    /// What was submitted, and whether the job store held it by then.
    var submissions: [(run: WorkflowRun, wasKept: Bool)] { taken.withLock { $0 } }

    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        let wasKept = try await jobs.job(run.job) != nil
        taken.withLock { $0.append((run, wasKept)) }
    }

    func cancel(_ job: JobID) async {}
    func holds(_ job: JobID) async -> Bool { false }
}

/// Refuses runs, or ends them before any of their tasks.
struct BrokenEngine: WorkflowEngine {
    let name = "broken"
    let refusal: LIFError?

    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        if let refusal { throw refusal }
        await executor.ended(run, error: nil)
    }

    func cancel(_ job: JobID) async {}
    func holds(_ job: JobID) async -> Bool { false }
}
