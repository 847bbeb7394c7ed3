import LIFModel
import LIFWorkflow

extension TaskSchedulerConformance {
    var cancelling: [ConformanceCheck] {
        [
            check("Cancelling a run cancels its running tasks and starts no more, and it ends as cancelled.") {
                expect, engine in
                let executor = ScriptedExecutor(["a": .hang, "b": .hang])
                let run = try WorkflowRun.diamond()
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(3)
                await engine.cancel(run.job)
                try await executor.waitForEnds(1)
                try await Self.settle()
                try expect.equal(executor.tasks(.cancelled, of: run.job).sorted(), ["a", "b"], "cancelled tasks")
                try expect.equal(executor.tasks(.started, of: run.job).sorted(), ["a", "b", "start"], "started tasks")
                let ends = executor.ends(of: run.job)
                try expect.equal(ends.count, 1, "number of ends")
                try expect(ends.first.map { $0 is CancellationError } == true, "it ended with \(ends)")
                try expect(await !engine.holds(run.job), "it holds the run still")
            },
            check(
                "Cancelling a run touches no other.", limits: EngineLimits(pools: ["pool": 2]), needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .hang, "b": .hang, "other": .wait(gate)])
                let run = try WorkflowRun.diamond(pool: "pool")
                let other = try WorkflowRun.fan(["other"], TaskResources(pool: "pool"))
                try await engine.submit(other, to: executor)
                try await executor.waitForStart(of: "other", in: other.job)
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(3 + 2)
                await engine.cancel(run.job)
                try await executor.waitForEnds(1)
                try await Self.settle()
                // One of its tasks waited.
                try expect.equal(executor.tasks(.started, of: run.job).count, 2, "started tasks")
                try expect(await engine.holds(other.job), "it does not hold the other run")
                gate.open()
                try await executor.waitForEnds(2)
                try expect.equal(
                    executor.tasks(.done, of: other.job).sorted(), ["other", "ready", "start"],
                    "tasks of the other run")
                try expect(executor.ends(of: other.job).first.map { $0 == nil } == true, "the other run's end")
            },
            check(
                "A cancelled run of which nothing runs ends at once, and its waiting tasks never start.",
                limits: EngineLimits(pools: ["pool": 1]), needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["first": .wait(gate)])
                let first = try WorkflowRun.fan(["first"], TaskResources(pool: "pool"))
                let waiting = try WorkflowRun.fan(["0", "1", "2"], TaskResources(pool: "pool"))
                try await engine.submit(first, to: executor)
                try await executor.waitForStart(of: "first", in: first.job)
                try await engine.submit(waiting, to: executor)
                try await executor.waitForStart(of: "ready", in: waiting.job)
                await engine.cancel(waiting.job)
                try await executor.waitForEnds(1)
                try expect(
                    executor.ends(of: waiting.job).first.map { $0 is CancellationError } == true, "its end")
                gate.open()
                try await executor.waitForEnds(2)
                try await Self.settle()
                try expect.equal(
                    executor.tasks(.started, of: waiting.job).sorted(), ["ready", "start"], "started tasks")
                try expect.equal(executor.ends(of: waiting.job).count, 1, "number of ends")
            },
            check("A cancelled run ends when its tasks have returned, not before, and as cancelled whatever they do.") {
                expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor([
                    "done": .holdOut(gate), "failed": .failure(Broken()), "cancelled": .hang,
                ])
                let run = try WorkflowRun.of([
                    .named("start"), .named("done", after: "start"), .named("failed", after: "start"),
                    .named("cancelled", after: "start"), .named("after-done", after: "done"),
                ])
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(4)
                try await eventually("one has failed") { executor.tasks(.failed, of: run.job) == ["failed"] }
                await engine.cancel(run.job)
                try await eventually("one is cancelled") { executor.tasks(.cancelled, of: run.job) == ["cancelled"] }
                try await Self.settle()
                try expect(await engine.holds(run.job), "it does not hold the run any more")
                try expect.equal(executor.ends(of: run.job).count, 0, "number of ends")
                gate.open()
                try await executor.waitForEnds(1)
                try await Self.settle()
                try expect(!executor.tasks(.started, of: run.job).contains("after-done"), "a task after it started")
                let ends = executor.ends(of: run.job)
                try expect(ends.count == 1 && ends.allSatisfy { $0 is CancellationError }, "it ended with \(ends)")
            },
            check(
                "When a task that others wait behind is cancelled, they start.",
                limits: EngineLimits(pools: ["pool": 2]), needs: [.pools, .poolSlots]
            ) { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["first": .wait(gate)])
                let first = try WorkflowRun.fan(["first"], TaskResources(pool: "pool"))
                let large = try WorkflowRun.fan(["large"], TaskResources(pool: "pool", poolSlots: 2))
                let small = try WorkflowRun.fan(["0", "1", "2"], TaskResources(pool: "pool"))
                for run in [first, large, small] {
                    try await engine.submit(run, to: executor)
                    try await executor.waitForStart(of: "ready", in: run.job)
                }
                await engine.cancel(large.job)
                try await executor.waitForEnds(2)
                try expect.equal(executor.tasks(.done, of: small.job).count, 5, "tasks of the run behind it")
                gate.open()
                try await executor.waitForEnds(3)
            },
            check(
                "A cancelled run frees the places that it had for others.",
                limits: EngineLimits(total: 3, pools: ["pool": 2]), needs: .pools
            ) { expect, engine in
                let hanging = ScriptedExecutor((0..<6).map { "\($0)" }, .hang)
                let quick = ScriptedExecutor()
                let names = (0..<6).map { "\($0)" }
                let first = try WorkflowRun.fan(names, TaskResources(pool: "pool"))
                let second = try WorkflowRun.fan(names, TaskResources(pool: "pool"))
                try await engine.submit(first, to: hanging)
                try await hanging.waitForStarts(2 + 2)
                try await engine.submit(second, to: quick)
                try await quick.waitForStart(of: "ready", in: second.job)
                await engine.cancel(first.job)
                try await quick.waitForEnds(1)
                try await hanging.waitForEnds(1)
                try expect.equal(quick.tasks(.done, of: second.job).count, 8, "tasks of the other run")
                try expect.equal(hanging.tasks(.started, of: first.job).count, 4, "tasks of the cancelled run")
            },
            check("Cancelling a run that is not known, or again, is ignored.") { expect, engine in
                await engine.cancel(JobID())
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .holdOut(gate)])
                let run = try WorkflowRun.diamond()
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(3)
                for _ in 0..<3 { await engine.cancel(run.job) }
                gate.open()
                try await executor.waitForEnds(1)
                await engine.cancel(run.job)
                try await Self.settle()
                try expect.equal(executor.ends(of: run.job).count, 1, "number of ends")
            },
        ]
    }
}
