import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFEmbeddedEngine

@Suite struct EngineStateMachineTests {
    /// Submits runs, and tells tasks by their run's name and their own: `big/0`.
    private struct Watched {
        var machine: EngineStateMachine
        var runs: [(name: String, run: WorkflowRun)] = []
        var ended: [String] = []

        init(_ limits: EngineLimits) { machine = EngineStateMachine(limits: limits) }

        /// start → each of the names in the pool.
        mutating func submit(
            _ name: String, _ tasks: [String], slots: Int = 1, priority: Int = 0, pool: String = "pool",
            isAccepted: Bool = true
        ) throws -> [String] {
            let resources = TaskResources(pool: pool, poolSlots: slots, priority: priority)
            let run = try WorkflowRun.of(
                [.named("start")] + tasks.map { .named($0, after: "start", resources: resources) },
                isAccepted: isAccepted)
            runs.append((name, run))
            guard let (_, actions) = machine.submit(RunProgress(run)) else { return [] }
            return note(actions) + finish("\(name)/start")
        }

        /// - Returns: The tasks that start then.
        mutating func finish(_ task: String, error: (any Error)? = nil) -> [String] {
            let parts = task.split(separator: "/")
            guard let run = runs.firstIndex(where: { $0.name == parts[0] }),
                let index = runs[run].run.graph.tasks.firstIndex(where: { $0.id.text == parts[1] })
            else { return ["\(task) does not exist"] }
            return note(machine.finished(TaskReference(run: run, index: index), error: error))
        }

        mutating func cancel(_ name: String) -> [String] {
            guard let run = runs.first(where: { $0.name == name }) else { return ["\(name) does not exist"] }
            return note(machine.cancel(run.run.job))
        }

        mutating func limit(_ limits: EngineLimits) -> [String] { note(machine.limit(limits)) }

        private mutating func note(_ actions: EngineActions) -> [String] {
            ended += actions.ended.map { runs[$0.run].name }
            return actions.start.map { "\(runs[$0.run].name)/\(runs[$0.run].run.graph.tasks[$0.index].id)" }
                .filter { !$0.hasSuffix("/start") }
        }
    }

    private let one = EngineLimits(pools: ["pool": 1])
    private let two = EngineLimits(pools: ["pool": 2])

    @Test("Runs take turns, and the tasks of each keep their order")
    func turns() throws {
        var watched = Watched(one)
        #expect(try watched.submit("a", ["0", "1", "2"]) == ["a/0"])
        #expect(try watched.submit("b", ["0", "1"]) == [])
        #expect(try watched.submit("c", ["0"]) == [])
        var order = ["a/0"]
        while let last = order.last, order.count < 10 {
            let next = watched.finish(last)
            if next.isEmpty { break }
            order += next
        }
        #expect(order == ["a/0", "a/1", "b/0", "c/0", "a/2", "b/1"])
        #expect(watched.ended == ["c", "a", "b"])
        #expect(watched.machine.isEmpty)
    }

    @Test("A task that needs many places is not overtaken by those that need fewer")
    func largeTask() throws {
        var watched = Watched(two)
        #expect(try watched.submit("first", ["0"]) == ["first/0"])
        #expect(try watched.submit("large", ["0"], slots: 2) == [])
        #expect(try watched.submit("small", ["0", "1"]) == [])
        #expect(watched.finish("first/0") == ["large/0"])
        #expect(watched.finish("large/0") == ["small/0", "small/1"])
    }

    @Test("When the run of the task that holds up its pool is cancelled, the others go on")
    func cancelledLargeTask() throws {
        var watched = Watched(two)
        #expect(try watched.submit("first", ["0"]) == ["first/0"])
        #expect(try watched.submit("large", ["0"], slots: 2) == [])
        #expect(try watched.submit("small", ["0", "1"]) == [])
        #expect(watched.cancel("large") == ["small/0"])
        #expect(watched.ended == ["large"])
        #expect(watched.finish("first/0") == ["small/1"])
    }

    @Test("A task with more slots than there are places takes the whole pool, as large as that is when it starts")
    func wholePool() throws {
        var watched = Watched(two)
        #expect(try watched.submit("large", ["0", "1"], slots: 9) == ["large/0"])
        #expect(try watched.submit("small", ["0", "1", "2", "3"]) == [])
        // The task that runs keeps its two places, the next one takes nine.
        #expect(watched.limit(EngineLimits(pools: ["pool": 12])) == ["large/1", "small/0"])
        #expect(watched.machine.load(of: "pool") == (3, 3))
        #expect(watched.finish("large/0") == ["small/1", "small/2"])
        #expect(watched.finish("large/1") == ["small/3"])
    }

    @Test("After the limit was lowered nothing starts until enough places are free")
    func loweredLimit() throws {
        var watched = Watched(EngineLimits(pools: ["pool": 3]))
        #expect(try watched.submit("a", ["0", "1", "2", "3", "4"]) == ["a/0", "a/1", "a/2"])
        #expect(watched.limit(one) == [])
        #expect(watched.finish("a/0") == [])
        #expect(watched.finish("a/1") == [])
        #expect(watched.finish("a/2") == ["a/3"])
        #expect(watched.limit(two) == ["a/4"])
    }

    @Test("A higher priority goes before a task that waits for many places")
    func priorityBeforeLarge() throws {
        var watched = Watched(two)
        #expect(try watched.submit("first", ["0"]) == ["first/0"])
        #expect(try watched.submit("large", ["0"], slots: 2) == [])
        #expect(try watched.submit("urgent", ["0"], priority: 1) == ["urgent/0"])
        #expect(watched.finish("first/0") == [])
        #expect(watched.finish("urgent/0") == ["large/0"])
    }

    @Test("Pools take turns for the places of the total, and one that is full is skipped")
    func total() throws {
        var watched = Watched(EngineLimits(total: 2, pools: ["narrow": 1]))
        #expect(try watched.submit("a", ["0", "1", "2"], pool: "narrow") == ["a/0"])
        #expect(try watched.submit("b", ["0", "1", "2"], pool: "wide") == ["b/0"])
        #expect(try watched.submit("c", ["0", "1"], pool: "other") == [])
        #expect(watched.finish("b/0") == ["b/1"])
        #expect(watched.finish("b/1") == ["c/0"])
        #expect(watched.finish("a/0") == ["b/2"])
        // The narrow pool could be served again after the others could.
        #expect(watched.finish("c/0") == ["c/1"])
        #expect(watched.finish("b/2") == ["a/1"])
    }

    @Test("Limits of nothing count as one")
    func nothing() throws {
        var watched = Watched(EngineLimits(total: 0, pools: ["pool": 0]))
        #expect(try watched.submit("a", ["0", "1"], slots: 0) == ["a/0"])
        #expect(watched.finish("a/0") == ["a/1"])
    }

    @Test("A task that nobody started cannot be finished")
    func unknown() throws {
        var watched = Watched(one)
        #expect(try watched.submit("a", ["0", "1"]) == ["a/0"])
        #expect(watched.finish("a/start") == [])
        #expect(watched.finish("a/1") == [])
        #expect(watched.finish("a/0") == ["a/1"])
        #expect(watched.finish("a/1") == [])
        #expect(watched.finish("a/1") == [])
        #expect(watched.ended == ["a"])
    }

    @Test("When all runs are cancelled, none of them starts what another one leaves")
    func cancelAll() throws {
        var watched = Watched(one)
        #expect(try watched.submit("a", ["0", "1"]) == ["a/0"])
        #expect(try watched.submit("b", ["0", "1"]) == [])
        let actions = watched.machine.cancelAll()
        #expect(actions.start.isEmpty)
        #expect(actions.cancel == [TaskReference(run: 0, index: 1)])
        #expect(actions.ended.map(\.run) == [1])
        #expect(watched.finish("a/0") == [])
        #expect(watched.ended == ["a"])
        #expect(watched.machine.isEmpty)
    }

    @Test("What someone waits for goes before jobs, whatever their priority")
    func waitedForFirst() throws {
        var watched = Watched(one)
        #expect(try watched.submit("job", ["0", "1"], priority: 100) == ["job/0"])
        #expect(try watched.submit("query", ["0", "1"], isAccepted: false) == [])
        #expect(watched.finish("job/0") == ["query/0"])
        #expect(watched.finish("query/0") == ["query/1"])
        #expect(watched.finish("query/1") == ["job/1"])
    }

    @Test("Once someone has waited for a run, jobs leave a quarter of a pool free for the next")
    func placesKept() throws {
        var watched = Watched(EngineLimits(pools: ["pool": 8]))
        let names = (0..<9).map { "\($0)" }
        #expect(try watched.submit("early", names).count == 8, "nobody has waited yet")
        #expect(try watched.submit("query", ["0"], isAccepted: false) == [])
        #expect(watched.finish("early/0") == ["query/0"])
        #expect(watched.finish("early/1") == [], "six of the jobs' tasks run")
        #expect(watched.finish("query/0") == [])
        #expect(watched.finish("early/2") == ["early/8"])
        #expect(try watched.submit("next", ["0", "1", "2"], isAccepted: false) == ["next/0", "next/1"])
        #expect(watched.finish("early/3") == ["next/2"])
    }

    @Test("A pool of one place has none to keep, and a job's task that takes a whole pool runs all the same")
    func nothingToKeep() throws {
        var watched = Watched(EngineLimits(pools: ["one": 1, "four": 4]))
        #expect(try watched.submit("query", ["0"], pool: "other", isAccepted: false) == ["query/0"])
        #expect(try watched.submit("job", ["0", "1"], pool: "one") == ["job/0"])
        #expect(watched.finish("job/0") == ["job/1"])
        #expect(try watched.submit("large", ["0", "1"], slots: 9, pool: "four") == ["large/0"])
        #expect(watched.finish("large/0") == ["large/1"])
    }

    @Test("However many tasks of some pools hang, those of another start")
    func hangingPools() throws {
        var watched = Watched(EngineLimits(total: 512, otherPools: 128))
        let names = (0..<128).map { "\($0)" }
        let started = try (0..<4).map { pool in
            try watched.submit("hangs-\(pool)", names, pool: "\(pool)", isAccepted: false).count
        }
        #expect(started == [128, 128, 128, 64])
        #expect(try watched.submit("healthy", (0..<9).map { "\($0)" }, pool: "healthy", isAccepted: false).count == 8)
        #expect(watched.finish("healthy/0") == ["healthy/8"])
    }

    @Test("However many jobs there are in all pools, what someone waits for starts at each of them")
    func jobsEverywhere() throws {
        var watched = Watched(EngineLimits(total: 512, otherPools: 128))
        let names = (0..<128).map { "\($0)" }
        #expect(try watched.submit("first", ["0"], isAccepted: false) == ["first/0"])
        let started = try (0..<6).map { try watched.submit("job-\($0)", names, pool: "\($0)").count }
        #expect(started == [96, 96, 96, 95, 8, 8])
        for pool in 0..<6 {
            #expect(try watched.submit("query-\(pool)", ["0"], pool: "\(pool)", isAccepted: false).count == 1)
        }
    }
}
