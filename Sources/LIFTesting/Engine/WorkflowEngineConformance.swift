import Foundation
import LIFJournal
import LIFModel
public import LIFWorkflow

/// What every `WorkflowEngine` must do for jobs, whichever process its runs are in. What an engine cannot do or be made to do is not
/// asked of it. One that runs independent tasks at the same time passes `TaskSchedulerConformance` too, by an `EngineScheduler`.
public struct WorkflowEngineConformance: Sendable {
    /// An engine, and what the suite can have happen to it. `nil` for what cannot be brought about.
    public struct Trial: Sendable {
        /// Holds no run.
        public var engine: any WorkflowEngine
        /// Another process's client of the same engine.
        public var reopened: (@Sendable () async throws -> any WorkflowEngine)?
        /// Whether it answers nobody.
        public var beAway: (@Sendable (Bool) async -> Void)?
        /// The answer to the next launch is lost, and the launch is done.
        public var loseAnswer: (@Sendable () async -> Void)?
        /// Whether runs hang before their first task.
        public var hold: (@Sendable (Bool) async -> Void)?
        /// A person deletes all runs.
        public var delete: (@Sendable () async -> Void)?
        /// A person clears all runs that have ended: they run again.
        public var clear: (@Sendable () async -> Void)?
        /// A person stops all runs.
        public var stop: (@Sendable () async -> Void)?
        /// A pool on which it cannot hold a limit.
        public var refusedPool: String?

        /// A trial to which nothing happens.
        public init(_ engine: any WorkflowEngine) { self.engine = engine }
    }

    /// Makes an engine whose tasks are done by an executor, which it calls itself or has called by its workers.
    public typealias Make = @Sendable (any TaskExecutor) async throws -> Trial

    private let make: Make

    /// Checks of the engines that are made.
    public init(make: @escaping Make) { self.make = make }

    /// One for each sentence of the contract.
    public var checks: [ConformanceCheck] { launches + troubles + cancellations }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    func check(
        _ sentence: String, _ script: [String: ScriptedExecutor.Step] = [:],
        _ body: @escaping @Sendable (borrowing ConformanceExpectation, Trial, ScriptedExecutor) async throws -> Void
    ) -> ConformanceCheck {
        ConformanceCheck(sentence) { [make] expect in
            let executor = ScriptedExecutor(script)
            let trial = try await make(executor)
            try await body(expect, trial, executor)
            await trial.engine.shutdown()
        }
    }

    /// Waits until the engine says so of a run.
    static func wait(
        for wanted: String, of handle: EngineRunHandle, at engine: any WorkflowEngine,
        _ isWanted: @escaping @Sendable (EngineRunState?) -> Bool
    ) async throws {
        try await eventually(wanted) { isWanted(try await engine.states(of: [handle])[handle]) }
    }

    /// An engine in this process does not keep what has ended.
    @Sendable static func isOver(_ state: EngineRunState?) -> Bool {
        switch state {
        case .ended, .gone: true
        default: false
        }
    }

    static func run(_ job: JobID = JobID(), epoch: Int = 1) throws -> WorkflowRun {
        let graph = try WorkflowRun.diamond().graph
        return WorkflowRun(
            job: job, plan: QueryPlan(parts: []), graph: graph, isAccepted: true, fence: epoch, startedAt: Date())
    }

    /// That a fault is the one that is expected.
    static func fault(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "none"
        } catch let fault as EngineFault {
            switch fault {
            case .unreachable: return "unreachable"
            case .answerLost: return "answer lost"
            case .refused: return "refused"
            }
        } catch {
            return "\(error)"
        }
    }
}

extension WorkflowEngineConformance {
    private var launches: [ConformanceCheck] {
        let gate = Gate()
        let (twice, epochs, adopted, changed, stays) = (Gate(), Gate(), Gate(), Gate(), Gate())
        return [
            check("A launched run has a handle, runs each of its tasks once, and ends.", ["a": .wait(gate)]) {
                expect, trial, executor in
                let run = try Self.run()
                try expect(
                    try await trial.engine.find(run.job, epoch: 1) == nil, "it finds a run that was not launched")
                let handle = try await trial.engine.launch(run)
                try expect.equal(handle.engine, trial.engine.name, "the engine's name in the handle")
                try await executor.waitForStarts(3)
                try expect.equal(try await trial.engine.states(of: [handle]), [handle: .running], "the state")
                try expect.equal(try await trial.engine.find(run.job, epoch: 1), handle, "what it finds")
                gate.open()
                try await Self.wait(for: "the end", of: handle, at: trial.engine, Self.isOver)
                try expect.equal(executor.events.count { $0.kind == .started }, 4, "tasks started")
            },
            check("A launch for the same job and epoch is the same run.", ["a": .wait(twice)]) {
                expect, trial, executor in
                let run = try Self.run()
                let handle = try await trial.engine.launch(run)
                try expect.equal(try await trial.engine.launch(run), handle, "the handle")
                try await executor.waitForStarts(3)
                try await TaskSchedulerConformance.settle()
                twice.open()
                try await Self.wait(for: "the end", of: handle, at: trial.engine, Self.isOver)
                try expect.equal(executor.events.count { $0.kind == .started }, 4, "tasks started")
            },
            check("A later epoch of a job is another run.", ["a": .wait(epochs)]) { expect, trial, executor in
                let job = JobID()
                let first = try await trial.engine.launch(try Self.run(job))
                epochs.open()
                try await Self.wait(for: "the end", of: first, at: trial.engine, Self.isOver)
                let second = try await trial.engine.launch(try Self.run(job, epoch: 2))
                try expect(first != second, "it has the same handle")
                try await Self.wait(for: "the end", of: second, at: trial.engine, Self.isOver)
                try expect.equal(executor.events.count { $0.kind == .started }, 8, "tasks started")
            },
            check("Another process finds a run, watches it, and is told its end.", ["a": .wait(adopted)]) {
                expect, trial, executor in
                guard let reopened = trial.reopened else { return }
                let run = try Self.run()
                let handle = try await trial.engine.launch(run)
                try await executor.waitForStarts(3)
                await trial.engine.shutdown()
                let next = try await reopened()
                try expect.equal(try await next.find(run.job, epoch: 1), handle, "what it finds")
                try expect.equal(try await next.states(of: [handle]), [handle: .running], "the state")
                adopted.open()
                try await Self.wait(for: "the end", of: handle, at: next) { $0 == .ended(.succeeded) }
                try expect.equal(executor.events.count { $0.kind == .started }, 4, "tasks started")
            },
            check("Changes are told once, from where the last answer ended.", ["a": .wait(changed)]) {
                expect, trial, executor in
                guard trial.engine.polling != nil else { return }
                let before = try await trial.engine.changes(since: nil)
                let handle = try await trial.engine.launch(try Self.run())
                try await executor.waitForStarts(3)
                let running = try await trial.engine.changes(since: before.cursor)
                try expect.equal(running.states[handle], .running, "the change")
                try expect.equal(try await trial.engine.changes(since: running.cursor).states, [:], "what is new then")
                changed.open()
                try await eventually("the end among the changes") {
                    try await trial.engine.changes(since: running.cursor).states[handle] == .ended(.succeeded)
                }
            },
            check("A shutdown ends what runs in the process, and nothing elsewhere.", ["a": .wait(stays)]) {
                expect, trial, executor in
                let handle = try await trial.engine.launch(try Self.run())
                try await executor.waitForStarts(3)
                await trial.engine.shutdown()
                guard let reopened = trial.reopened else {
                    try expect(executor.events.contains { $0.kind == .cancelled }, "a task goes on in the process")
                    return
                }
                let next = try await reopened()
                try expect.equal(try await next.states(of: [handle]), [handle: .running], "the state")
                try expect(!executor.events.contains { $0.kind == .cancelled }, "a task elsewhere was cancelled")
                stays.open()
                try await Self.wait(for: "the end", of: handle, at: next) { $0 == .ended(.succeeded) }
            },
        ]
    }

    private var troubles: [ConformanceCheck] {
        let (outage, lost, deleted) = (Gate(), Gate(), Gate())
        return [
            check("An outage is no lost run: nothing is known, and afterwards all is as it was.", ["a": .wait(outage)])
            {
                expect, trial, executor in
                guard let beAway = trial.beAway else { return }
                let engine = trial.engine
                let run = try Self.run()
                let handle = try await engine.launch(run)
                try await executor.waitForStarts(3)
                await beAway(true)
                let faults = [
                    await Self.fault { _ = try await engine.launch(try Self.run()) },
                    await Self.fault { _ = try await engine.find(run.job, epoch: 1) },
                    await Self.fault { _ = try await engine.states(of: [handle]) },
                    await Self.fault { _ = try await engine.changes(since: nil) },
                ]
                try expect.equal(faults, Array(repeating: "unreachable", count: 4), "the faults")
                try expect.equal(await engine.cancel(handle, isForced: false), .unreachable, "a cancellation")
                try expect(await engine.readiness() != nil, "it is ready")
                await beAway(false)
                try expect(await engine.readiness() == nil, "it is not ready")
                try expect.equal(try await engine.states(of: [handle]), [handle: .running], "the state")
                outage.open()
                try await Self.wait(for: "the end", of: handle, at: engine, Self.isOver)
            },
            check("A launch whose answer is lost is found, and not begun again.", ["a": .wait(lost)]) {
                expect, trial, executor in
                guard let loseAnswer = trial.loseAnswer else { return }
                let (engine, run) = (trial.engine, try Self.run())
                await loseAnswer()
                try expect.equal(await Self.fault { _ = try await engine.launch(run) }, "answer lost", "the fault")
                let found = try await within("finding it") {
                    while true {
                        if let handle = try await engine.find(run.job, epoch: 1) { return handle }
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                lost.open()
                try await Self.wait(for: "the end", of: found, at: engine, Self.isOver)
                try expect.equal(executor.events.count { $0.kind == .started }, 4, "tasks started")
            },
            check("A run that a person has deleted is gone, and so is one that never was.", ["a": .wait(deleted)]) {
                expect, trial, executor in
                let never = EngineRunHandle(engine: trial.engine.name, run: "never/1")
                try expect.equal(try await trial.engine.states(of: [never]), [never: .gone], "the state")
                try expect.equal(await trial.engine.cancel(never, isForced: false), .gone, "a cancellation")
                guard let delete = trial.delete else { return }
                let run = try Self.run()
                let handle = try await trial.engine.launch(run)
                try await executor.waitForStarts(3)
                await delete()
                try expect.equal(try await trial.engine.states(of: [handle]), [handle: .gone], "the state")
                try expect.equal(await trial.engine.cancel(handle, isForced: false), .gone, "a cancellation")
                try expect(try await trial.engine.find(run.job, epoch: 1) == nil, "it finds it")
                deleted.open()
            },
            check("A run that a person has cleared is running again, as the same run.") { expect, trial, executor in
                guard let clear = trial.clear else { return }
                let handle = try await trial.engine.launch(try Self.run())
                try await Self.wait(for: "the end", of: handle, at: trial.engine) { $0 == .ended(.succeeded) }
                let cursor = try await trial.engine.changes(since: nil).cursor
                await clear()
                try await eventually("eight tasks") { executor.events.count { $0.kind == .done } == 8 }
                try await Self.wait(for: "the end", of: handle, at: trial.engine) { $0 == .ended(.succeeded) }
                let changes = try await trial.engine.changes(since: cursor)
                try expect.equal(Set(changes.states.keys), [handle], "the changes")
            },
            check("A run that a person has stopped has ended so, and its tasks are stopped.", ["a": .hang]) {
                expect, trial, executor in
                guard let stop = trial.stop else { return }
                let handle = try await trial.engine.launch(try Self.run())
                try await executor.waitForStarts(3)
                await stop()
                try await Self.wait(for: "the end", of: handle, at: trial.engine) { $0 == .ended(.cancelled) }
                try await eventually("a cancelled task") { executor.events.contains { $0.kind == .cancelled } }
            },
            check("What it cannot hold a limit on it refuses, and says in which form it could.") { expect, trial, _ in
                let plain = EngineRequirements(limits: EngineLimits(pools: ["plain": 3]))
                try expect.equal(try await trial.engine.check(plain), [], "what it refuses")
                guard let pool = trial.refusedPool else { return }
                let refusals = try await trial.engine.check(EngineRequirements(limits: EngineLimits(pools: [pool: 3])))
                try expect.equal(refusals.map(\.subject), [pool], "what it refuses")
                try expect(refusals.allSatisfy { !$0.message.isEmpty }, "it does not say what to do")
            },
        ]
    }

    private var cancellations: [ConformanceCheck] {
        [
            check("A cancellation stops a run's tasks; afterwards there is nothing to cancel.", ["a": .hang]) {
                expect, trial, executor in
                let handle = try await trial.engine.launch(try Self.run())
                try await executor.waitForStarts(3)
                try expect.equal(await trial.engine.cancel(handle, isForced: false), .accepted, "the answer")
                try await Self.wait(for: "the end", of: handle, at: trial.engine, Self.isOver)
                try expect(executor.events.contains { $0.kind == .cancelled }, "no task was cancelled")
                let again = await trial.engine.cancel(handle, isForced: false)
                try expect(again == .alreadyEnded || again == .gone, "the answer is \(again)")
            },
            check("A run that has ended is not cancelled.") { expect, trial, executor in
                let handle = try await trial.engine.launch(try Self.run())
                try await Self.wait(for: "the end", of: handle, at: trial.engine, Self.isOver)
                let before = try await trial.engine.states(of: [handle])
                let answer = await trial.engine.cancel(handle, isForced: true)
                try expect(answer == .alreadyEnded || answer == .gone, "the answer is \(answer)")
                try expect.equal(try await trial.engine.states(of: [handle]), before, "the state")
            },
            check("A run that is starting is cancelled by asking again, or by force.") { expect, trial, executor in
                guard let hold = trial.hold else { return }
                await hold(true)
                let (waits, forced) = (try Self.run(), try Self.run())
                let first = try await trial.engine.launch(waits)
                let second = try await trial.engine.launch(forced)
                try expect.equal(
                    try await trial.engine.states(of: [first, second]), [first: .notStarted, second: .notStarted],
                    "the states")
                try expect.equal(await trial.engine.cancel(first, isForced: false), .tooEarly, "the answer")
                try expect.equal(await trial.engine.cancel(second, isForced: true), .accepted, "the answer to force")
                await hold(false)
                try await Self.wait(for: "the end", of: first, at: trial.engine, Self.isOver)
                try await Self.wait(for: "the end", of: second, at: trial.engine) { $0 == .ended(.cancelled) }
                try expect(executor.tasks(.started, of: forced.job).isEmpty, "a task of the other one started")
            },
        ]
    }
}
