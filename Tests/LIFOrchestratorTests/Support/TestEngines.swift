import LIFJournal
import LIFModel
import LIFWorkflow
import Synchronization

/// Takes runs and loses them, as an engine that dies does.
final class ForgetfulEngine: TaskScheduler {
    let name = "forgetful"
    let capabilities: EngineCapabilities = [.priorities, .pools, .poolSlots]
    private let journal: any Journal
    private let taken = Mutex<[(run: WorkflowRun, wasKept: Bool)]>([])

    init(_ journal: any Journal) { self.journal = journal }

    /// What was submitted, and whether the journal held it by then.
    var submissions: [(run: WorkflowRun, wasKept: Bool)] { taken.withLock { $0 } }

    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        let wasKept = try await journal.run(run.job, document: false) != nil
        taken.withLock { $0.append((run, wasKept)) }
    }

    func cancel(_ job: JobID) async {}
    func epoch(of job: JobID) async -> Int? { nil }
    func limit(_ limits: EngineLimits) async {}
    func shutdown() async {}
}

/// Refuses runs, or ends them before any of their tasks.
final class BrokenEngine: TaskScheduler {
    let name = "broken"
    let capabilities: EngineCapabilities = []
    private let refusal: LIFError?
    private let error: LIFError?
    private let submissions = Mutex(0)

    /// - Parameters:
    ///   - refusal: What a submission throws.
    ///   - error: What runs end with that are not refused.
    init(refusal: LIFError? = nil, error: LIFError? = nil) {
        self.refusal = refusal
        self.error = error
    }

    var submissionCount: Int { submissions.withLock { $0 } }

    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        submissions.withLock { $0 += 1 }
        if let refusal { throw refusal }
        await executor.ended(run, error: error)
    }

    func cancel(_ job: JobID) async {}
    func epoch(of job: JobID) async -> Int? { nil }
    func limit(_ limits: EngineLimits) async {}
    func shutdown() async {}
}
