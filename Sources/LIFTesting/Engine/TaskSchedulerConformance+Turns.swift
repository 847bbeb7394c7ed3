import LIFModel
import LIFWorkflow

extension TaskSchedulerConformance {
    var turns: [ConformanceCheck] {
        [
            check(
                "Of the tasks that wait for a place those with a higher priority start first.",
                limits: EngineLimits(pools: ["pool": 1]), needs: [.pools, .priorities]
            ) { expect, engine in
                let names = (0..<3).map { "\($0)" }
                let order = [0, -100, 5, 100, 5]
                let runs = try order.map { try WorkflowRun.fan(names, TaskResources(pool: "pool", priority: $0)) }
                let starts = try await Self.starts(of: runs, on: engine)
                let priorities = starts.map { start in order[runs.firstIndex { $0.job == start.job } ?? 0] }
                try expect.equal(
                    priorities, order.flatMap { [$0, $0, $0] }.sorted(by: >), "the priorities in the order of starts")
            },
            check(
                "A higher priority goes first also within a run.", limits: EngineLimits(pools: ["pool": 1]),
                needs: [.pools, .priorities]
            ) { expect, engine in
                let priorities = [1, 7, 3, 9, 5]
                let tasks = priorities.map { priority in
                    WorkflowTask.named(
                        "\(priority)", after: "start", resources: TaskResources(pool: "pool", priority: priority))
                }
                let run = try WorkflowRun.of([.named("start")] + tasks + [.named("ready", after: "start")])
                let starts = try await Self.starts(of: [run], on: engine)
                try expect.equal(starts.map(\.task), ["9", "7", "5", "3", "1"], "the order of starts")
            },
            check(
                "A higher priority goes first also between pools.", limits: EngineLimits(total: 1),
                needs: [.pools, .priorities]
            ) { expect, engine in
                let names = (0..<3).map { "\($0)" }
                let low = try WorkflowRun.fan(names, TaskResources(pool: "one", priority: 1))
                let high = try WorkflowRun.fan(names, TaskResources(pool: "other", priority: 2))
                let starts = try await Self.starts(of: [low, high], on: engine)
                try expect.equal(
                    starts.map { $0.job == high.job }, [true, true, true, false, false, false], "of the higher one")
            },
            check(
                "Runs that wait in a pool take turns: a large one does not starve a small one.",
                limits: EngineLimits(pools: ["pool": 1]), needs: .pools
            ) { expect, engine in
                let sizes = [40, 1, 10, 10]
                let runs = try sizes.map { size in
                    try WorkflowRun.fan((0..<size).map { "\($0)" }, TaskResources(pool: "pool"))
                }
                let starts = try await Self.starts(of: runs, on: engine)
                try Self.expectTurns(expect, starts.map { start in runs.firstIndex { $0.job == start.job } ?? 0 })
            },
            check(
                "Pools that wait for a place in the total take turns.", limits: EngineLimits(total: 1), needs: .pools
            ) { expect, engine in
                let sizes = [40, 1, 10]
                let runs = try sizes.enumerated().map { index, size in
                    try WorkflowRun.fan((0..<size).map { "\($0)" }, TaskResources(pool: "pool-\(index)"))
                }
                let starts = try await Self.starts(of: runs, on: engine)
                try Self.expectTurns(expect, starts.map { start in runs.firstIndex { $0.job == start.job } ?? 0 })
            },
        ]
    }

    /// Holds the one place that there is while the runs come one after another, then lets all go on.
    ///
    /// - Returns: The starts of tasks that waited for that place, in their order.
    private static func starts(
        of runs: [WorkflowRun], on engine: any TaskScheduler
    ) async throws -> [ScriptedExecutor.Event] {
        let gate = Gate()
        let executor = ScriptedExecutor(["first": .wait(gate)])
        let first = try WorkflowRun.fan(["first"], TaskResources(pool: "pool"))
        try await engine.submit(first, to: executor)
        try await executor.waitForStart(of: "first", in: first.job)
        for run in runs {
            try await engine.submit(run, to: executor)
            try await executor.waitForStart(of: "ready", in: run.job)
        }
        gate.open()
        try await executor.waitForEnds(1 + runs.count)
        return executor.events.filter { event in
            event.kind == .started && event.job != first.job && event.task != "start" && event.task != "ready"
        }
    }

    /// Expects that nobody starts twice while another one waits, given who started, in order.
    private static func expectTurns(_ expect: borrowing ConformanceExpectation, _ starts: [Int]) throws {
        for (position, who) in starts.enumerated() {
            guard let again = starts[(position + 1)...].firstIndex(of: who) else { continue }
            let waiting = Set(starts[again...])
            let served = Set(starts[position..<again])
            try expect(
                waiting.isSubset(of: served),
                "\(who) started twice while \(waiting.subtracting(served).sorted()) waited: \(starts)")
        }
    }
}
