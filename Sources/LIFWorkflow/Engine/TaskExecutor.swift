/// Does one task of a run; the orchestrator's side of the engine port.
public protocol TaskExecutor: Sendable {
    /// - Throws: An error when the task cannot be done at all; tasks downstream then do not start. A failing source does
    ///   not throw: it is an outcome.
    func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws

    /// Called once by the engine when nothing of the run goes on any more, with the error that stopped it, if any.
    func ended(_ run: WorkflowRun, error: (any Error)?) async
}
