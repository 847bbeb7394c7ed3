public import LIFModel
public import LIFWorkflow

/// One part that was run to be looked at.
public struct SourceTrial: Sendable {
    /// As the plan had it, with its paths in the catalogue's spelling.
    public let part: QueryPlanPart
    /// What each of the part's tasks handed on, in their order.
    public let outputs: [(task: WorkflowTask, output: TaskOutput)]
    /// What a query would have got.
    public let outcome: Outcome
}

extension Orchestrator {
    /// Runs one part by the code that runs it in a query, while a trace sees requests and answers. Nothing is kept. A circuit
    /// breaker that is open does not hold it up, and a failure does not count: the source is probably being set up.
    ///
    /// - Throws: `LIFError` for a part that does not match the configuration; `CancellationError`. A failing source is an
    ///   outcome.
    public func trial(of part: QueryPlanPart, trace: OperatorTrace) async throws -> SourceTrial {
        let setup = setup.withoutBreaker(of: part.informationSourceID)
        let plan = try setup.parser.validated(QueryPlan(parts: [part]))
        let graph = try setup.parser.graph(of: plan, workflow: WorkflowSettings())
        let run = WorkflowRun(
            job: JobID(), plan: plan, graph: graph, isAccepted: false, startedAt: now())
        defer { memory.remove(run.job) }
        let executor = executor(setup, trace: trace)
        var outputs: [(task: WorkflowTask, output: TaskOutput)] = []
        for task in graph.tasks {
            try await executor.execute(task, of: run)
            if let output = try await memory.output(of: task.id, job: run.job) {
                outputs.append((task, output))
            }
        }
        guard let outcome = try await memory.outcomes(of: run.job)[0], let part = plan.parts.first
        else {
            throw LIFError(
                .outputReadException, "The part's outcome is not in the output queue.", blame: .engine,
                reason: .storage)
        }
        return SourceTrial(part: part, outputs: outputs, outcome: outcome)
    }
}

extension OrchestratorSetup {
    fileprivate func withoutBreaker(of source: String) -> OrchestratorSetup {
        var configuration = configuration
        var settings = configuration.settings(of: source)
        settings.breaker.failures = 0
        configuration.sources[source] = settings
        return OrchestratorSetup(configuration, parser.registry)
    }
}
