public import LIFModel

/// One execution of a workflow graph.
public struct WorkflowRun: Sendable, Hashable {
    public let job: JobID
    public let plan: QueryPlan
    public let graph: WorkflowGraph
    /// Someone was promised this run (a job): its outcomes are kept durably. Else it is over when its caller leaves.
    public let isAccepted: Bool

    public init(job: JobID, plan: QueryPlan, graph: WorkflowGraph, isAccepted: Bool) {
        self.job = job
        self.plan = plan
        self.graph = graph
        self.isAccepted = isAccepted
    }
}

/// Runs workflow graphs (Orchestrator seed, "Orchestrator Engine"). Engines are disposable: what they know may be lost
/// at any moment, and is then submitted again.
///
/// An implementation starts a task when its upstream tasks are done, runs independent tasks at the same time within
/// their pools' limits, and has each done by the `TaskExecutor` it was given. It passes `WorkflowEngineConformance`.
public protocol WorkflowEngine: Sendable {
    /// Names the engine in logs and job metadata.
    var name: String { get }

    /// Takes a run and returns; the tasks go on afterwards. A run that it holds already is not started again.
    ///
    /// - Throws: `LIFError` `JobPostException`.
    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws

    /// Stops a run's tasks: running ones are cancelled, others never start. Unknown runs are ignored.
    func cancel(_ job: JobID) async

    /// Whether the engine holds the run now.
    func holds(_ job: JobID) async -> Bool
}

/// Does one task of a run; the orchestrator's side of the engine port.
public protocol TaskExecutor: Sendable {
    /// - Throws: An error when the task cannot be done at all; tasks downstream then do not start. A failing source does
    ///   not throw: it is an outcome.
    func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws

    /// Called once by the engine when nothing of the run goes on any more, with the error that stopped it, if any.
    func ended(_ run: WorkflowRun, error: (any Error)?) async
}
