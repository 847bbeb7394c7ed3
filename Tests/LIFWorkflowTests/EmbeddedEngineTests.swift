import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFEmbeddedEngine

@Suite(.timeLimit(.minutes(1))) struct EmbeddedEngineTests {
    private func run(_ count: Int, pool: String?) throws -> WorkflowRun {
        let start = WorkflowTask(id: WorkflowTask.ID("start"), work: .start, upstream: [])
        let tasks = (0..<count).map { index in
            WorkflowTask(id: WorkflowTask.ID("\(index)"), work: .finish, upstream: [start.id], pool: pool)
        }
        return WorkflowRun(
            job: JobID(), plan: QueryPlan(parts: []), graph: try WorkflowGraph(tasks: [start] + tasks), isAccepted: true
        )
    }

    private func script(_ count: Int, _ step: ScriptedExecutor.Step) -> [String: ScriptedExecutor.Step] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("\($0)", step) })
    }

    @Test("A pool that is not configured takes 128 tasks at once, tasks without a pool are not limited")
    func defaultLimit() async throws {
        let gate = Gate()
        let engine = EmbeddedEngine()
        let pooled = ScriptedExecutor(script(140, .wait(gate)))
        try await engine.submit(try run(140, pool: "org1"), to: pooled)
        try await pooled.waitForStarts(1 + EmbeddedEngine.defaultPoolLimit)
        let free = ScriptedExecutor(script(140, .wait(gate)))
        try await engine.submit(try run(140, pool: nil), to: free)
        try await free.waitForStarts(141)
        gate.open()
        try await pooled.waitForEnds(1)
        try await free.waitForEnds(1)
        #expect(pooled.mostAtOnce == EmbeddedEngine.defaultPoolLimit)
        #expect(free.mostAtOnce == 140)
    }

    @Test("A cancelled run frees its places in a pool for others, those it held and those it waited for")
    func cancelFreesPool() async throws {
        let engine = EmbeddedEngine(poolLimits: ["org1": 2])
        let hanging = ScriptedExecutor(script(6, .hang))
        let first = try run(6, pool: "org1")
        try await engine.submit(first, to: hanging)
        try await hanging.waitForStarts(3)
        let quick = ScriptedExecutor()
        try await engine.submit(try run(6, pool: "org1"), to: quick)
        await engine.cancel(first.job)
        try await quick.waitForEnds(1)
        try await hanging.waitForEnds(1)
        #expect(quick.events.filter { $0.kind == .done }.count == 7)
        #expect(hanging.tasks(.started, of: first.job).count == 3)
    }

    @Test("A shutdown cancels every run, and returns when none goes on")
    func shutdown() async throws {
        let engine = EmbeddedEngine()
        let executor = ScriptedExecutor(script(3, .hang))
        let runs = try (0..<4).map { _ in try run(3, pool: "org1") }
        for run in runs { try await engine.submit(run, to: executor) }
        try await executor.waitForStarts(16)
        try await within("a shutdown") { await engine.shutdown() }
        for run in runs {
            #expect(await !engine.holds(run.job))
            #expect(executor.ends(of: run.job).count == 1)
            #expect(executor.ends(of: run.job).allSatisfy { $0 is CancellationError })
        }
    }
}
