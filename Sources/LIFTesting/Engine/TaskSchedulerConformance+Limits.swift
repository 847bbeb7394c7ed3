import LIFWorkflow

extension TaskSchedulerConformance {
    var limits: [ConformanceCheck] { poolLimits + slots + limitChanges }

    private var poolLimits: [ConformanceCheck] {
        [
            check(
                "A pool's limit holds over all runs, and is used up.", limits: EngineLimits(pools: ["slow": 2]),
                needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let names = (0..<4).map { "\($0)" }
                let executor = ScriptedExecutor(names, .wait(gate))
                let runs = try (0..<2).map { _ in try WorkflowRun.fan(names, TaskResources(pool: "slow")) }
                for run in runs { try await engine.submit(run, to: executor) }
                for run in runs { try await executor.waitForStart(of: "ready", in: run.job) }
                try await executor.waitForStarts(2 * 2 + 2)
                try await Self.settle()
                try expect.equal(executor.mostAtOnce(in: "slow"), 2, "tasks at once")
                gate.open()
                try await executor.waitForEnds(2)
                try expect.equal(executor.mostAtOnce(in: "slow"), 2, "tasks at once")
                try expect.equal(executor.events.filter { $0.kind == .done }.count, 2 * 6, "tasks done")
            },
            check(
                "A full pool holds up only its own tasks.", limits: EngineLimits(pools: ["slow": 1, "fast": 1]),
                needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["slow-0": .wait(gate), "slow-1": .wait(gate)])
                let slow = try WorkflowRun.fan(["slow-0", "slow-1"], TaskResources(pool: "slow"))
                let fast = try WorkflowRun.fan(["fast-0", "fast-1"], TaskResources(pool: "fast"))
                try await engine.submit(slow, to: executor)
                try await executor.waitForStart(of: "ready", in: slow.job)
                try await engine.submit(fast, to: executor)
                try await executor.waitForEnds(1)
                try expect.equal(executor.ends(of: fast.job).count, 1, "ends of the run with the free pool")
                gate.open()
                try await executor.waitForEnds(2)
            },
            check(
                "Pools that are not named have the limit for others, each its own.",
                limits: EngineLimits(pools: ["named": 1], otherPools: 2), needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let names = (0..<4).map { "\($0)" }
                let executor = ScriptedExecutor(names, .wait(gate))
                for pool in ["named", "one", "other"] {
                    try await engine.submit(try .fan(names, TaskResources(pool: pool)), to: executor)
                }
                try await executor.waitForStarts(3 * 2 + 1 + 2 + 2)
                try await Self.settle()
                gate.open()
                try await executor.waitForEnds(3)
                let most = ["named", "one", "other"].map { executor.mostAtOnce(in: $0) }
                try expect.equal(most, [1, 2, 2], "tasks at once")
            },
            check(
                "The total limit holds over all pools, and is used up.", limits: EngineLimits(total: 3),
                needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let names = (0..<4).map { "\($0)" }
                let executor = ScriptedExecutor(names, .wait(gate))
                for pool in ["one", "other"] {
                    try await engine.submit(try .fan(names, TaskResources(pool: pool)), to: executor)
                }
                try await executor.waitForStarts(2 * 2 + 3)
                try await Self.settle()
                try expect.equal(executor.mostAtOnceInPools, 3, "tasks at once")
                gate.open()
                try await executor.waitForEnds(2)
                try expect.equal(executor.mostAtOnceInPools, 3, "tasks at once")
            },
            check(
                "Tasks without a pool wait for nothing and are not counted.",
                limits: EngineLimits(total: 1, otherPools: 1), needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let names = (0..<20).map { "\($0)" }
                let executor = ScriptedExecutor(names + ["pooled"], .wait(gate))
                let free = try WorkflowRun.fan(names)
                try await engine.submit(free, to: executor)
                try await executor.waitForStarts(1 + 20 + 1)
                let pooled = try WorkflowRun.fan(["pooled"], TaskResources(pool: "pool"))
                try await engine.submit(pooled, to: executor)
                try await executor.waitForStart(of: "pooled", in: pooled.job)
                gate.open()
                try await executor.waitForEnds(2)
                try expect(executor.mostAtOnce >= 21, "only \(executor.mostAtOnce) tasks at once")
            },
        ]
    }

    private var slots: [ConformanceCheck] {
        [
            check(
                "A task takes as many places as it has slots.", limits: EngineLimits(pools: ["pool": 5]),
                needs: [.pools, .poolSlots]
            ) { expect, engine in
                let gate = Gate()
                let names = (0..<6).map { "\($0)" }
                let executor = ScriptedExecutor(names, .wait(gate))
                let run = try WorkflowRun.fan(names, TaskResources(pool: "pool", poolSlots: 2))
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(2 + 2)
                try await Self.settle()
                gate.open()
                try await executor.waitForEnds(1)
                try expect.equal(executor.mostAtOnce(in: "pool"), 2, "tasks at once")
                try expect.equal(executor.mostPlaces(in: "pool"), 4, "places taken")
            },
            check(
                "A task with more slots than its pool has places takes the whole pool.",
                limits: EngineLimits(pools: ["pool": 3]), needs: [.pools, .poolSlots]
            ) { expect, engine in
                let names = (0..<4).map { "\($0)" }
                let executor = ScriptedExecutor()
                try await engine.submit(try .fan(names, TaskResources(pool: "pool", poolSlots: 8)), to: executor)
                try await engine.submit(try .fan(names, TaskResources(pool: "pool")), to: executor)
                try await executor.waitForEnds(2)
                try expect.equal(executor.events.filter { $0.kind == .done }.count, 2 * 6, "tasks done")
                try expect(executor.mostPlaces(in: "pool") <= 8, "another task ran beside it")
            },
            check(
                "A task that waits for many places is not starved by those that need few.",
                limits: EngineLimits(pools: ["pool": 2]), needs: [.pools, .poolSlots]
            ) { expect, engine in
                let gate = Gate()
                let names = (0..<10).map { "\($0)" }
                let executor = ScriptedExecutor(["first": .wait(gate)])
                let first = try WorkflowRun.fan(["first"], TaskResources(pool: "pool"))
                let large = try WorkflowRun.fan(["large"], TaskResources(pool: "pool", poolSlots: 2))
                let small = try WorkflowRun.fan(names, TaskResources(pool: "pool"))
                try await engine.submit(first, to: executor)
                try await executor.waitForStart(of: "first", in: first.job)
                for run in [large, small] {
                    try await engine.submit(run, to: executor)
                    try await executor.waitForStart(of: "ready", in: run.job)
                }
                try await Self.settle()
                try expect(executor.ends(of: small.job).isEmpty, "all of the others have gone first")
                gate.open()
                try await executor.waitForEnds(3)
                try expect.equal(executor.tasks(.done, of: large.job).contains("large"), true, "it ran")
            },
        ]
    }

    private var limitChanges: [ConformanceCheck] {
        [
            check(
                "Limits that are raised let waiting tasks start.",
                limits: EngineLimits(total: 2, pools: ["pool": 1]), needs: .pools
            ) { expect, engine in
                let gate = Gate()
                let names = (0..<6).map { "\($0)" }
                let executor = ScriptedExecutor(names, .wait(gate))
                try await engine.submit(try .fan(names, TaskResources(pool: "pool")), to: executor)
                try await executor.waitForStarts(2 + 1)
                await engine.limit(EngineLimits(total: 2, pools: ["pool": 4]))
                try await executor.waitForStarts(2 + 2)
                await engine.limit(EngineLimits(total: 20, pools: ["pool": 4]))
                try await executor.waitForStarts(2 + 4)
                try await Self.settle()
                try expect.equal(executor.mostAtOnce(in: "pool"), 4, "tasks at once")
                gate.open()
                try await executor.waitForEnds(1)
            },
            check(
                "Limits that are lowered stop nothing that runs, and hold for what starts.",
                limits: EngineLimits(pools: ["pool": 4]), needs: .pools
            ) { expect, engine in
                let (first, second) = (Gate(), Gate())
                let names = (0..<4).map { "first-\($0)" }
                let others = (0..<6).map { "second-\($0)" }
                var script = [String: ScriptedExecutor.Step]()
                for name in names { script[name] = .wait(first) }
                for name in others { script[name] = .wait(second) }
                let executor = ScriptedExecutor(script)
                let run = try WorkflowRun.fan(names + others, TaskResources(pool: "pool"))
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(2 + 4)
                await engine.limit(EngineLimits(pools: ["pool": 2]))
                try expect.equal(executor.tasks(.cancelled, of: run.job), [], "cancelled tasks")
                first.open()
                try await executor.waitForStarts(2 + 4 + 2)
                try await Self.settle()
                try expect.equal(executor.tasks(.started, of: run.job).count, 2 + 4 + 2, "tasks started")
                second.open()
                try await executor.waitForEnds(1)
                try expect.equal(executor.tasks(.done, of: run.job).count, 12, "tasks done")
            },
        ]
    }
}

extension ScriptedExecutor {
    /// The same step for each of the tasks.
    public convenience init(_ tasks: [String], _ step: Step) {
        self.init(Dictionary(tasks.map { ($0, step) }, uniquingKeysWith: { first, _ in first }))
    }
}
