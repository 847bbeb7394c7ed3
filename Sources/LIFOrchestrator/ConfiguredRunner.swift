import LIFConcurrency
public import LIFModel
import LIFWorkflow

extension Orchestrator: PlanRunner {
    /// The orchestrator with the configuration of now.
    public var current: any PlanRunner { ConfiguredRunner(orchestrator: self, setup: setup) }

    /// What operators give is held against plan and configuration before anything else gets it.
    public var checksOutcomes: Bool { true }

    /// Runs a plan for a caller who waits for it, with the configuration of now (``PlanRunner/run(_:land:)``). Nothing is
    /// accepted, so nothing is kept: when the caller leaves, the run is cancelled.
    public func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        try await current.run(plan, land: land)
    }
}

/// Runs plans with one configuration, whatever is loaded meanwhile: a plan is run as it was made.
private struct ConfiguredRunner: PlanRunner {
    let orchestrator: Orchestrator
    let setup: OrchestratorSetup

    var checksOutcomes: Bool { true }

    /// Parts that do not match the configuration are refused when the others have landed: a planner elsewhere may have another.
    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let split = try setup.parser.split(plan)
        if let parts = split.accepted {
            try await runAccepted(parts) { part, outcome in await land(split.indices[part], outcome) }
        }
        if let refusal = split.refusal { throw refusal }
    }

    private func runAccepted(_ plan: QueryPlan, land: @Sendable (Int, Outcome) async -> Void) async throws {
        let job = JobID()
        try orchestrator.reserve(plan.parts.count, for: job)
        defer { orchestrator.admission.release(job) }
        let graph = try setup.parser.graph(of: plan, workflow: WorkflowSettings())
        let run = WorkflowRun(job: job, plan: plan, graph: graph, isAccepted: false, startedAt: orchestrator.now())
        let events = orchestrator.board.listen(to: job)
        try await orchestrator.submit(run, to: self)
        var missing = Set(plan.parts.indices)
        var reason: Failure?
        watching: for await event in events {
            switch event {
            case .landed(let part, let outcome):
                guard missing.remove(part) != nil else { break }
                await land(part, outcome)
                if missing.isEmpty { break watching }
            case .ended(let failure):
                reason = failure
                break watching
            }
        }
        if Task.isCancelled {
            await orchestrator.scheduler.cancel(job)
            throw CancellationError()
        }
        let failure = reason ?? Failure(.internal, "The engine ended the run without an outcome for this part.")
        for part in missing.sorted() {
            await land(part, Outcome(.failed(failure), finishedAt: orchestrator.now(), duration: .zero))
        }
    }
}

extension ConfiguredRunner: TaskExecutor {
    func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
        try await orchestrator.executor(setup).execute(task, of: run)
    }

    func ended(_ run: WorkflowRun, error: (any Error)?) async { await orchestrator.ended(run, error: error) }
}
