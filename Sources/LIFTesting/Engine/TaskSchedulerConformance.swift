import LIFModel
public import LIFWorkflow

/// What every `TaskScheduler` must do. What a scheduler does not count among its capabilities is not asked of it.
public struct TaskSchedulerConformance: Sendable {
    /// Makes an engine with these limits, which holds no run.
    public typealias Make = @Sendable (EngineLimits) async throws -> any TaskScheduler

    private let make: Make

    /// The checks for one kind of scheduler.
    ///
    /// - Parameter make: Makes an engine with these limits, which holds no run.
    public init(make: @escaping Make) { self.make = make }

    /// One for each sentence of the contract.
    public var checks: [ConformanceCheck] { graphs + limits + turns + cancelling + runs }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    /// A check that gets an engine with the limits, and passes when the engine lacks the capabilities.
    func check(
        _ sentence: String, limits: EngineLimits = EngineLimits(), needs capabilities: EngineCapabilities = [],
        _ body: @escaping @Sendable (borrowing ConformanceExpectation, any TaskScheduler) async throws -> Void
    ) -> ConformanceCheck {
        ConformanceCheck(sentence) { [make] expect in
            let engine = try await make(limits)
            if engine.capabilities.isSuperset(of: capabilities) { try await body(expect, engine) }
        }
    }

    /// What a task throws.
    struct Broken: Error, CustomStringConvertible {
        var number = 0
        var description: String { "broken \(number)" }
    }

    /// An engine elsewhere gives no more than the words of an error.
    static func word(of error: (any Error)?) -> String {
        error.map { ($0 as? Failure)?.message ?? "\($0)" } ?? "none"
    }

    /// Gives a wrong engine time to do what it must not; a right one passes whatever the time.
    static func settle() async throws { try await Task.sleep(for: .milliseconds(30)) }
}

extension TaskSchedulerConformance {
    var graphs: [ConformanceCheck] {
        [
            check("Each task runs once, after its upstream tasks are done, and then the run has ended.") {
                expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .wait(gate)])
                let run = try WorkflowRun.diamond()
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(3)
                try await Self.settle()
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
            check("Independent tasks run at the same time.") { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .wait(gate), "b": .wait(gate)])
                try await engine.submit(try .diamond(), to: executor)
                try await executor.waitForStarts(3)
                gate.open()
                try await executor.waitForEnds(1)
                try expect.equal(executor.mostAtOnce, 2, "tasks at once")
            },
            check("A task that throws keeps those after it from starting; others go on to their end.") {
                expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor(["a": .failure(Broken()), "b": .wait(gate)])
                let run = try WorkflowRun.of([
                    .named("start"), .named("a", after: "start"), .named("after-a", after: "a"),
                    .named("b", after: "start"), .named("after-b", after: "b"),
                    .named("after-both", after: "after-a", "after-b"),
                ])
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(3)
                try await Self.settle()
                try expect.equal(executor.ends(of: run.job).count, 0, "ends while a task goes on")
                gate.open()
                try await executor.waitForEnds(1)
                try await Self.settle()
                try expect.equal(
                    executor.tasks(.started, of: run.job).sorted(), ["a", "after-b", "b", "start"], "tasks started")
                try expect.equal(executor.tasks(.done, of: run.job), ["start", "b", "after-b"], "tasks done")
            },
            check("A run with tasks that throw ends once, with the first error.") { expect, engine in
                let gate = Gate()
                let executor = ScriptedExecutor([
                    "a": .failure(Broken(number: 1)), "b": .failureAfter(gate, Broken(number: 2)),
                ])
                let run = try WorkflowRun.diamond()
                try await engine.submit(run, to: executor)
                try await executor.waitForStarts(3)
                try await eventually("a throws") { !executor.tasks(.failed, of: run.job).isEmpty }
                try await Self.settle()
                gate.open()
                try await executor.waitForEnds(1)
                try await Self.settle()
                let ends = executor.ends(of: run.job)
                try expect.equal(ends.count, 1, "number of ends")
                try expect.equal(ends.first.map(Self.word(of:)), "broken 1", "the error")
            },
        ]
    }
}
