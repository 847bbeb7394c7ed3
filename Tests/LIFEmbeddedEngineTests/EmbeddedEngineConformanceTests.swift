import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@Suite struct EmbeddedEngineConformanceTests {
    @Test(
        "The embedded engine keeps the contract of a scheduler",
        arguments: TaskSchedulerConformance { EmbeddedEngine(limits: $0) }.checks)
    func scheduler(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The embedded engine keeps the contract of an engine for jobs",
        arguments: WorkflowEngineConformance { executor in
            .init(SchedulerEngine(EmbeddedEngine(), executor: executor))
        }.checks)
    func engine(_ check: ConformanceCheck) async throws { try await check.run() }
}

@Suite struct LoopbackEngineConformanceTests {
    @Test(
        "An engine elsewhere keeps the contract of an engine for jobs",
        arguments: WorkflowEngineConformance { executor in
            let router = RunOfJob(executor)
            let server = LoopbackServer(on: EmbeddedEngine()) { job, task, _ in try await router.execute(task, of: job)
            }
            var engine = LoopbackEngine(server)
            engine.refusedPools = ["unlimited": .tagLimit]
            var trial = WorkflowEngineConformance.Trial(engine)
            trial.reopened = { LoopbackEngine(server) }
            trial.beAway = { server.beAway($0) }
            trial.loseAnswer = { server.loseAnswers(1) }
            trial.hold = { await server.hold($0) }
            trial.delete = { server.forget() }
            trial.clear = { await server.clear() }
            trial.stop = { await server.stopAll() }
            trial.refusedPool = "unlimited"
            return trial
        }.checks)
    func engine(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "An engine elsewhere runs branches at once, as a scheduler does",
        arguments: TaskSchedulerConformance { limits in
            let (router, scheduler) = (EngineScheduler.Router(), EmbeddedEngine(limits: limits))
            let server = LoopbackServer(on: scheduler) { job, task, _ in try await router.execute(task, of: job) }
            return EngineScheduler(LoopbackEngine(server), router: router) { await scheduler.limit($0) }
        }.checks)
    func branches(_ check: ConformanceCheck) async throws { try await check.run() }
}

/// Does the tasks of the suite's runs, which all have the same graph.
private struct RunOfJob {
    let executor: any TaskExecutor

    init(_ executor: any TaskExecutor) { self.executor = executor }

    func execute(_ id: WorkflowTask.ID, of job: JobID) async throws {
        let run = try WorkflowRun.of(try WorkflowRun.diamond().graph.tasks, job: job)
        if let task = run.graph[id] { try await executor.execute(task, of: run) }
    }
}
