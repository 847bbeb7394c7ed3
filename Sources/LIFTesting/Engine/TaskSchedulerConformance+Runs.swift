import LIFModel
import LIFWorkflow

extension TaskSchedulerConformance {
    var runs: [ConformanceCheck] { submissions + loads }

    private var submissions: [ConformanceCheck] {
        [
            check("A run is held from its submission to its end, which is told once.") { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["start": .wait(gate)])
                let run = try WorkflowRun.diamond()
                try expect(await !engine.holds(run.job), "it holds a run that was not submitted")
                try await engine.submit(run, to: executor)
                try expect(await engine.holds(run.job), "it does not hold a submitted run")
                gate.open()
                try await executor.waitForEnds(1)
                try await Self.settle()
                try expect(await !engine.holds(run.job), "it holds an ended run")
                try expect.equal(executor.ends(of: run.job).count, 1, "number of ends")
            },
            check("A run that is held is not started again when it is submitted again.") { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["start": .wait(gate)])
                let run = try WorkflowRun.diamond()
                for _ in 0..<3 { try await engine.submit(run, to: executor) }
                try await executor.waitForStarts(1)
                gate.open()
                try await executor.waitForEnds(1)
                try await Self.settle()
                try expect.equal(
                    executor.tasks(.started, of: run.job).sorted(), ["a", "b", "c", "start"], "tasks started")
                try expect.equal(executor.ends(of: run.job).count, 1, "number of ends")
            },
            check("A run that has ended may be submitted again.") { expect, engine in
                let run = try WorkflowRun.diamond()
                let broken = ScriptedExecutor(["a": .failure(Broken())])
                try await engine.submit(run, to: broken)
                try await broken.waitForEnds(1)
                let executor = ScriptedExecutor()
                try await engine.submit(run, to: executor)
                try await executor.waitForEnds(1)
                try expect.equal(executor.tasks(.done, of: run.job).count, 4, "tasks done")
            },
            check("A run that has ended is not held any more, and may be submitted again, when its end is told.") {
                expect, engine in
                let held = Tally()
                let again = ScriptedExecutor()
                let run = try WorkflowRun.diamond()
                let broken = ScriptedExecutor(["a": .failure(Broken())]) { run in
                    if await engine.holds(run.job) { held.add() }
                    try? await engine.submit(run, to: again)
                }
                try await engine.submit(run, to: broken)
                try await broken.waitForEnds(1)
                try await again.waitForEnds(1)
                try expect.equal(held.count, 0, "ends told of a held run")
                try expect.equal(again.tasks(.done, of: run.job).count, 4, "tasks done")
            },
            check("Runs at the same time do not mix.") { expect, engine in
                let (good, bad) = (ScriptedExecutor(), ScriptedExecutor(["b": .failure(Broken())]))
                let runs = try (0..<10).map { _ in try WorkflowRun.diamond() }
                for (index, run) in runs.enumerated() {
                    try await engine.submit(run, to: index.isMultiple(of: 2) ? good : bad)
                }
                try await good.waitForEnds(5)
                try await bad.waitForEnds(5)
                for (index, run) in runs.enumerated() {
                    let isGood = index.isMultiple(of: 2)
                    let (own, other) = isGood ? (good, bad) : (bad, good)
                    try expect.equal(own.ends(of: run.job).count, 1, "ends of run \(index)")
                    try expect(own.ends(of: run.job).first.map { ($0 == nil) == isGood } == true, "end of run \(index)")
                    try expect.equal(
                        own.tasks(.started, of: run.job).contains("c"), isGood, "last task of run \(index)")
                    try expect(!other.events.contains { $0.job == run.job }, "run \(index) went to another's executor")
                }
            },
        ]
    }

    private var loads: [ConformanceCheck] {
        [
            check(
                "A run of 2,000 parts comes to its end, each task once.", limits: EngineLimits(pools: ["pool": 16])
            ) { expect, engine in
                let executor = ScriptedExecutor()
                let run = try WorkflowRun.parts(2_000, TaskResources(pool: "pool"))
                try await engine.submit(run, to: executor)
                try await executor.waitForEnds(1)
                let done = executor.tasks(.done, of: run.job)
                try expect.equal(done.count, 4_002, "tasks done")
                try expect.equal(Set(done).count, 4_002, "different tasks")
                try expect.equal(done.last, "finish", "the last task")
                if engine.capabilities.contains(.pools) {
                    try expect(executor.mostAtOnce(in: "pool") <= 16, "too many tasks at once")
                }
            },
            check(
                "200 runs at once come to their ends, each once.", limits: EngineLimits(total: 8, otherPools: 4)
            ) { expect, engine in
                let executor = ScriptedExecutor()
                let runs = try (0..<200).map { try WorkflowRun.parts(3, TaskResources(pool: "pool-\($0 % 5)")) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for run in runs { group.addTask { try await engine.submit(run, to: executor) } }
                    try await group.waitForAll()
                }
                try await executor.waitForEnds(200)
                for run in runs {
                    let ends = executor.ends(of: run.job)
                    try expect(ends.count == 1 && ends.allSatisfy { $0 == nil }, "a run ended with \(ends)")
                    try expect(await !engine.holds(run.job), "it holds an ended run")
                }
                try expect.equal(executor.events.filter { $0.kind == .done }.count, 200 * 8, "tasks done")
                if engine.capabilities.contains(.pools) {
                    try expect(executor.mostAtOnceInPools <= 8, "too many tasks at once")
                }
            },
        ]
    }
}
