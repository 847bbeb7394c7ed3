import LIFModel
public import LIFWorkflow

/// What every `WorkflowEngine` must do.
public struct WorkflowEngineConformance: Sendable {
    /// Makes an engine with these limits of pools, by name.
    public typealias Make = @Sendable (_ poolLimits: [String: Int]) async throws -> any WorkflowEngine

    public let checks: [ConformanceCheck]

    public init(make: @escaping Make) {
        checks = Self.order(make) + Self.pools(make) + Self.failures(make) + Self.runs(make)
    }

    public func run() async throws { try await checks.run() }

    private static func order(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Each task runs once, after its upstream tasks are done, and then the run has ended.") {
                expect in
                let engine = try await make([:])
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .wait(gate)])
                let run = try diamond()
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(3)
                try await settle()
                gate.open()
                try await executor.waitForEnds(1)
                try expect.equal(
                    executor.tasks(.started, of: run.job).sorted(), ["a", "b", "c", "start"], "tasks started")
                let events = executor.events
                for task in run.graph.tasks {
                    let start = events.firstIndex { $0.task == task.id.text && $0.kind == .started } ?? -1
                    for upstream in task.upstream {
                        let done = events.firstIndex { $0.task == upstream.text && $0.kind == .done } ?? events.count
                        try expect(done < start, "\(task.id) started before \(upstream) was done")
                    }
                }
                try expect(executor.ends(of: run.job).first.map { $0 == nil } == true, "it ended with an error")
            },
            ConformanceCheck("Independent tasks run at the same time.") { expect in
                let engine = try await make([:])
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .wait(gate), "b": .wait(gate)])
                try await engine.submit(try diamond(), to: executor)
                try await executor.waitForStarts(3)
                gate.open()
                try await executor.waitForEnds(1)
                try expect.equal(executor.mostAtOnce, 2, "tasks at once")
            },
        ]
    }

    private static func pools(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A pool's limit holds over all runs, and is used up.") { expect in
                let engine = try await make(["slow": 2])
                let gate = Gate()
                let names = (0..<4).map { "\($0)" }
                let executor = ScriptedExecutor(Dictionary(uniqueKeysWithValues: names.map { ($0, .wait(gate)) }))
                for _ in 0..<2 { try await engine.submit(try fan(names, pool: "slow"), to: executor) }
                try await executor.waitForStarts(2 + 2)
                try await settle()
                try expect.equal(executor.events.filter { $0.task != "start" }.count, 2, "tasks started")
                gate.open()
                try await executor.waitForEnds(2)
                try expect(executor.mostAtOnce <= 2, "\(executor.mostAtOnce) tasks at once")
                try expect.equal(executor.events.filter { $0.kind == .done }.count, 2 * 5, "tasks done")
            },
            ConformanceCheck("A full pool holds up only its own tasks.") { expect in
                let engine = try await make(["slow": 1, "fast": 1])
                let gate = Gate()
                let executor = ScriptedExecutor(["slow-0": .wait(gate), "slow-1": .wait(gate)])
                let slow = try fan(["slow-0", "slow-1"], pool: "slow")
                let fast = try fan(["fast-0", "fast-1"], pool: "fast")
                try await engine.submit(slow, to: executor)
                try await executor.waitForStarts(2)
                try await engine.submit(fast, to: executor)
                try await executor.waitForEnds(1)
                try expect.equal(executor.ends(of: fast.job).count, 1, "ends of the run with the free pool")
                gate.open()
                try await executor.waitForEnds(2)
            },
        ]
    }

    private static func failures(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A task that throws keeps those after it from starting, and the end tells of an error.") {
                expect in
                let engine = try await make([:])
                let executor = ScriptedExecutor(["a": .failure(Broken())])
                let run = try diamond()
                try await engine.submit(run, to: executor)
                try await executor.waitForEnds(1)
                try await settle()
                try expect(!executor.tasks(.started, of: run.job).contains("c"), "a task after it started")
                let ends = executor.ends(of: run.job)
                try expect.equal(ends.count, 1, "number of ends")
                try expect(ends.first.map { $0 != nil } == true, "the end tells of no error")
            },
            ConformanceCheck("Cancelling a run cancels its running tasks, starts no more, and touches no other run.") {
                expect in
                let engine = try await make(["slow": 1])
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .hang, "b": .hang, "other": .wait(gate)])
                let (run, other) = (try diamond(pool: "slow"), try fan(["other"]))
                try await engine.submit(run, to: executor)
                try await engine.submit(other, to: executor)
                // Both roots, one of the tasks of the full pool, and the other run's.
                try await executor.waitForStarts(4)
                await engine.cancel(run.job)
                try await executor.waitForEnds(1)
                try await settle()
                try expect.equal(executor.tasks(.cancelled, of: run.job).count, 1, "cancelled tasks")
                try expect.equal(executor.tasks(.started, of: run.job).count, 2, "started tasks")
                try expect(executor.ends(of: run.job).first.map { $0 != nil } == true, "the end tells of no error")
                try expect(await !engine.holds(run.job), "it holds the run still")
                try expect(await engine.holds(other.job), "it does not hold the other run")
                gate.open()
                try await executor.waitForEnds(2)
                try expect.equal(executor.tasks(.done, of: other.job), ["start", "other"], "tasks of the other run")
            },
            ConformanceCheck("Cancelling a run that is not known is ignored.") { expect in
                let engine = try await make([:])
                await engine.cancel(JobID())
                let executor = ScriptedExecutor()
                let run = try diamond()
                try await engine.submit(run, to: executor)
                try await executor.waitForEnds(1)
                await engine.cancel(run.job)
                try expect.equal(executor.ends(of: run.job).count, 1, "number of ends")
            },
        ]
    }

    private static func runs(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A run is held from its submission to its end, which is told once.") { expect in
                let engine = try await make([:])
                let gate = Gate()
                let executor = ScriptedExecutor(["start": .wait(gate)])
                let run = try diamond()
                try expect(await !engine.holds(run.job), "it holds a run that was not submitted")
                try await engine.submit(run, to: executor)
                try expect(await engine.holds(run.job), "it does not hold a submitted run")
                gate.open()
                try await executor.waitForEnds(1)
                try await settle()
                try expect(await !engine.holds(run.job), "it holds an ended run")
                try expect.equal(executor.ends(of: run.job).count, 1, "number of ends")
            },
            ConformanceCheck("A run that is held is not started again when it is submitted again.") { expect in
                let engine = try await make([:])
                let gate = Gate()
                let executor = ScriptedExecutor(["start": .wait(gate)])
                let run = try diamond()
                for _ in 0..<3 { try await engine.submit(run, to: executor) }
                try await executor.waitForStarts(1)
                gate.open()
                try await executor.waitForEnds(1)
                try await settle()
                try expect.equal(
                    executor.tasks(.started, of: run.job).sorted(), ["a", "b", "c", "start"], "tasks started")
                try expect.equal(executor.ends(of: run.job).count, 1, "number of ends")
            },
            ConformanceCheck("A run that has ended may be submitted again.") { expect in
                let engine = try await make([:])
                let run = try diamond()
                let broken = ScriptedExecutor(["a": .failure(Broken())])
                try await engine.submit(run, to: broken)
                try await broken.waitForEnds(1)
                let executor = ScriptedExecutor()
                try await engine.submit(run, to: executor)
                try await executor.waitForEnds(1)
                try expect.equal(executor.tasks(.done, of: run.job).count, 4, "tasks done")
            },
            ConformanceCheck("Runs at the same time do not mix.") { expect in
                let engine = try await make([:])
                let (good, bad) = (ScriptedExecutor(), ScriptedExecutor(["b": .failure(Broken())]))
                let runs = try (0..<10).map { _ in try diamond() }
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

    private struct Broken: Error {}

    /// Gives a wrong engine time to do what it must not; a right one passes whatever the time.
    private static func settle() async throws { try await Task.sleep(for: .milliseconds(30)) }

    /// start → a, b → c.
    private static func diamond(pool: String? = nil) throws -> WorkflowRun {
        try run([
            task("start"), task("a", after: ["start"], pool: pool), task("b", after: ["start"], pool: pool),
            task("c", after: ["a", "b"]),
        ])
    }

    /// start → each of the names.
    private static func fan(_ names: [String], pool: String? = nil) throws -> WorkflowRun {
        try run([task("start")] + names.map { task($0, after: ["start"], pool: pool) })
    }

    private static func task(_ id: String, after upstream: [String] = [], pool: String? = nil) -> WorkflowTask {
        WorkflowTask(
            id: WorkflowTask.ID(id), work: .finish, upstream: upstream.map(WorkflowTask.ID.init), pool: pool)
    }

    private static func run(_ tasks: [WorkflowTask]) throws -> WorkflowRun {
        WorkflowRun(
            job: JobID(), plan: QueryPlan(parts: []), graph: try WorkflowGraph(tasks: tasks), isAccepted: true)
    }
}
