import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

/// What the engine itself costs, printed and not judged: a busy machine is slow.
@Suite(.timeLimit(.minutes(5)), .serialized) struct EngineSpeedTests {
    /// Does nothing, or waits; counts ends.
    private struct Executor: TaskExecutor {
        var wait: Duration?
        let ends = Tally()

        func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
            if let wait, task.resources.pool != nil { try await Task.sleep(for: wait) }
        }

        func ended(_ run: WorkflowRun, error: (any Error)?) async { ends.add() }
    }

    private func time(_ runs: [WorkflowRun]) async throws -> Duration {
        let engine = EmbeddedEngine()
        let executor = Executor()
        let time = try await ContinuousClock().measure {
            for run in runs { try await engine.submit(run, to: executor) }
            try await within("the ends") { try await executor.ends.wait(for: runs.count) }
        }
        #expect(engine.load == (0, 0))
        return time
    }

    @Test("A run of 10,000 parts, and 1,000 runs of 3 parts, whose tasks do nothing")
    func nothing() async throws {
        let resources = TaskResources(pool: "org1")
        let large = try await time([try .parts(10_000, resources)])
        let small = try await time(try (0..<1_000).map { _ in try .parts(3, resources) })
        print("engine: 1 run of 10,000 parts in \(large.forPeople), 1,000 runs of 3 parts in \(small.forPeople)")
    }

    @Test("A run of one part beside one of 10,000 parts at the same source")
    func beside() async throws {
        let resources = TaskResources(pool: "org1")
        let engine = EmbeddedEngine()
        let executor = Executor(wait: .milliseconds(5))
        func waits(_ count: Int) async throws -> [Duration] {
            var waits: [Duration] = []
            for _ in 0..<count {
                let single = Executor(wait: .milliseconds(5))
                let run = try WorkflowRun.parts(1, resources)
                waits.append(
                    try await ContinuousClock().measure {
                        try await engine.submit(run, to: single)
                        try await single.ends.wait(for: 1)
                    })
            }
            return waits.sorted()
        }
        let alone = try await waits(20)
        let large = try WorkflowRun.parts(10_000, resources)
        try await engine.submit(large, to: executor)
        let beside = try await waits(20)
        let left = engine.load.waiting
        await engine.cancel(large.job)
        try await within("the end") { try await executor.ends.wait(for: 1) }
        print(
            "engine: a part of 5 ms alone \(alone[10].forPeople), at most \(alone[19].forPeople); beside 10,000 parts",
            "\(beside[10].forPeople), at most \(beside[19].forPeople), with \(left) of them waiting still")
    }
}
