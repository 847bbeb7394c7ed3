import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct EmbeddedEngineTests {
    private struct Broken: Error {}

    @TaskLocal private static var label: String?

    private func names(_ count: Int) -> [String] { (0..<count).map { "\($0)" } }

    @Test("It says what it is and can do")
    func identity() {
        let engine = EmbeddedEngine()
        #expect(engine.name == "embedded")
        #expect(engine.capabilities == [.priorities, .pools, .poolSlots])
    }

    @Test("By default a pool takes 128 tasks at once, all pools 448, and each 8; the load shows it")
    func defaultLimits() async throws {
        let gate = Gate()
        let engine = EmbeddedEngine()
        let executor = ScriptedExecutor(names(140), .wait(gate))
        var starts = 0
        // The first pools take all that they may: each is filled before the next one comes.
        for (pool, places) in [("a", 128), ("b", 128), ("c", 128), ("d", 64), ("e", 8)] {
            try await engine.submit(try .fan(names(140), TaskResources(pool: pool)), to: executor)
            starts += 2 + places
            try await executor.waitForStarts(starts)
        }
        try await eventually("the short tasks are done") { executor.events.count { $0.kind == .done } == 10 }
        #expect(engine.load == (456, 5 * 140 - 456))
        #expect(engine.load(of: "a") == (128, 12))
        #expect(engine.load(of: "d") == (64, 76))
        #expect(engine.load(of: "e") == (8, 132))
        #expect(engine.load(of: "f") == (0, 0))
        gate.open()
        try await executor.waitForEnds(5)
        #expect((456...512).contains(executor.mostAtOnceInPools))
        #expect(executor.mostAtOnce(in: "a") == 128)
        #expect(engine.load == (0, 0))
    }

    @Test("A shutdown cancels every run, and returns when none goes on and each end has been reported")
    func shutdown() async throws {
        let engine = EmbeddedEngine(limits: EngineLimits(otherPools: 4))
        let telling = Gate()
        let executor = ScriptedExecutor(
            Dictionary(uniqueKeysWithValues: names(3).map { ($0, .hang) }), onEnd: { _ in try? await telling.wait() })
        let runs = try (0..<4).map { _ in try WorkflowRun.fan(names(3), TaskResources(pool: "org1")) }
        for run in runs { try await engine.submit(run, to: executor) }
        try await executor.waitForStarts(2 * 4 + 4)
        let isOver = Gate()
        async let shutdown: Void = {
            await engine.shutdown()
            isOver.open()
        }()
        try await eventually("no run is held") {
            for run in runs where await engine.holds(run.job) { return false }
            return true
        }
        #expect(!isOver.isOpen)
        telling.open()
        try await within("the shutdown") { try await isOver.wait() }
        await shutdown
        for run in runs {
            #expect(executor.ends(of: run.job).count == 1)
            #expect(executor.ends(of: run.job).allSatisfy { $0 is CancellationError })
        }
        #expect(executor.events.count { $0.kind == .started && $0.task.count == 1 } == 4, "what waited never started")
    }

    @Test("After a shutdown runs are refused, also when they are submitted again as their end is reported")
    func submitAfterShutdown() async throws {
        let engine = EmbeddedEngine()
        let refused = Tally()
        let executor = ScriptedExecutor(["a": .hang]) { run in
            do {
                try await engine.submit(run, to: ScriptedExecutor())
            } catch let error as LIFError where error.code == .jobPostException {
                refused.add()
            } catch {}
        }
        try await engine.submit(try .diamond(), to: executor)
        try await executor.waitForStarts(2)
        try await within("shutdowns") {
            await engine.shutdown()
            await engine.shutdown()
        }
        #expect(refused.count == 1)
        await #expect(throws: LIFError.self) { try await engine.submit(try .diamond(), to: ScriptedExecutor()) }
    }

    @Test("The end of a cancelled run is reported in a task that is not cancelled")
    func endIsNotCancelled() async throws {
        let engine = EmbeddedEngine(limits: EngineLimits(otherPools: 1))
        let (told, cancelled) = (Tally(), Tally())
        let executor = ScriptedExecutor(["a": .hang]) { _ in
            if Task.isCancelled { cancelled.add() }
            told.add()
        }
        let running = try WorkflowRun.diamond(pool: "pool")
        let waiting = try WorkflowRun.fan(["0"], TaskResources(pool: "pool"))
        try await engine.submit(running, to: executor)
        try await executor.waitForStart(of: "a", in: running.job)
        try await engine.submit(waiting, to: executor)
        try await executor.waitForStart(of: "ready", in: waiting.job)
        // As a request's task does whose client has left.
        let leaving = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await engine.cancel(waiting.job)
            await engine.cancel(running.job)
        }
        await leaving.value
        try await executor.waitForEnds(2)
        #expect(told.count == 2)
        #expect(cancelled.count == 0)
    }

    private final class LabelReader: TaskExecutor {
        private let labels = Mutex<[String?]>([])
        let ended = Tally()

        var seen: [String?] { labels.withLock(\.self) }

        func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
            labels.withLock { $0.append(EmbeddedEngineTests.label) }
        }

        func ended(_ run: WorkflowRun, error: (any Error)?) async {
            labels.withLock { $0.append(EmbeddedEngineTests.label) }
            ended.add()
        }
    }

    @Test("A run's tasks have no task-local values of who submitted it, or of who made way for them")
    func taskLocalValues() async throws {
        let engine = EmbeddedEngine(limits: EngineLimits(otherPools: 1))
        let reader = LabelReader()
        for label in ["one", "other"] {
            try await Self.$label.withValue(label) {
                try await engine.submit(try .diamond(pool: "pool"), to: reader)
            }
        }
        try await within("both ends") { try await reader.ended.wait(for: 2) }
        #expect(reader.seen == Array(repeating: nil, count: 2 * 4 + 2))
    }

    @Test("Submitting, cancelling and changing limits from all sides loses no task, no place and no end")
    func stress() async throws {
        let engine = EmbeddedEngine(limits: EngineLimits(total: 6, otherPools: 3))
        var script = Dictionary(uniqueKeysWithValues: names(4).map { ($0, ScriptedExecutor.Step.done) })
        script["2"] = .failure(Broken())
        let executor = ScriptedExecutor(script)
        let hanging = ScriptedExecutor(["1": .hang])
        let runs = try (0..<300).map { index in
            try WorkflowRun.fan(names(4), TaskResources(pool: "pool-\(index % 3)", priority: index % 2))
        }
        try await within("300 runs") { [runs] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, run) in runs.enumerated() {
                    group.addTask {
                        let isCancelled = index.isMultiple(of: 3)
                        try await engine.submit(run, to: isCancelled ? hanging : executor)
                        for _ in 0..<(index % 7) { await Task.yield() }
                        if isCancelled { await engine.cancel(run.job) }
                        if index.isMultiple(of: 10) {
                            await engine.limit(EngineLimits(total: 1 + index % 7, otherPools: 1 + index % 4))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try await executor.waitForEnds(200)
        try await hanging.waitForEnds(100)
        for (index, run) in runs.enumerated() {
            let ends = (index.isMultiple(of: 3) ? hanging : executor).ends(of: run.job)
            #expect(ends.count == 1)
            #expect(ends.allSatisfy { $0 != nil })
        }
        #expect(executor.events.count { $0.kind == .done } == 200 * 5)
        #expect(engine.load == (0, 0))
        await engine.shutdown()
    }
}
