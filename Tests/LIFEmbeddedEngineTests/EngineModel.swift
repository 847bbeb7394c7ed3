import LIFModel
import LIFWorkflow

@testable import LIFEmbeddedEngine

/// What an engine's state machine must do, told plainly and slowly: it follows the events and the actions, and notes where
/// they break a rule.
struct EngineModel {
    private enum TaskState { case blocked, waiting, running(places: Int), done, failed }

    private struct Run {
        let run: WorkflowRun
        var states: [TaskState]
        var isCancelled = false
        var firstError: (any Error)?
        /// By what waits: how often each other run was served in its lane since it came or was served last.
        var passedBy: [Lane: [Int: Int]] = [:]
    }

    private typealias Lane = RunProgress.Lane

    private struct WaitingTask {
        let task: TaskReference
        let resources: TaskResources
        /// Higher for what someone waits for than for any job.
        let rank: Int
        let isJob: Bool
    }

    private(set) var limits: EngineLimits
    private var runs: [Int: Run] = [:]
    /// In the order in which they came.
    private var waiting: [WaitingTask] = []
    private var used: [String: Int] = [:]
    private var usedByJobs: [String: Int] = [:]
    private var runningIn: [String: Int] = [:]
    /// Someone has waited for a run: jobs leave places free.
    private var keepsPlaces = false
    private(set) var running: Set<TaskReference> = []
    private var pooled = 0
    /// By a pool that could be served, with the rank of its next task: how often each other pool of its tier was since.
    private var poolPassedBy: [String: (rank: Int, tier: Int, others: [String: Int])] = [:]
    private(set) var ended = 0
    private(set) var violations: [String] = []

    init(limits: EngineLimits) { self.limits = limits }

    var heldJobs: [JobID] { runs.sorted { $0.key < $1.key }.map(\.value.run.job) }
    var runningTasks: [TaskReference] { running.sorted { ($0.run, $0.index) < ($1.run, $1.index) } }
    func run(of job: JobID) -> WorkflowRun? { runs.values.first { $0.run.job == job }?.run }

    private func free(_ pool: String) -> Int { limits.limit(of: pool) - used[pool, default: 0] }

    private func isJob(_ number: Int) -> Bool { runs[number]?.run.isAccepted ?? false }

    /// Whether a task finds its places in its pool.
    private func fits(_ task: WaitingTask) -> Bool {
        guard let pool = task.resources.pool, places(task.resources) <= free(pool) else { return false }
        let jobs = usedByJobs[pool, default: 0]
        if !task.isJob || !keepsPlaces || jobs == 0 { return true }
        let limit = limits.limit(of: pool)
        return jobs + places(task.resources) <= limit - (limit < 2 ? 0 : max(1, limit / 4))
    }

    /// What a pool with such a next task is among the pools, and how many tasks may run for it to start.
    private func tier(_ pool: String, isJob: Bool) -> (number: Int, limit: Int) {
        let total = max(1, limits.total)
        let isLarge = total >= 64
        if isLarge, runningIn[pool, default: 0] < total / 64 { return (0, total) }
        let waitedFor = isLarge ? total - total / 8 : total
        if !isJob { return (1, waitedFor) }
        return (2, keepsPlaces ? min(waitedFor, total - (total < 2 ? 0 : max(1, total / 4))) : waitedFor)
    }

    private func places(_ resources: TaskResources) -> Int {
        min(max(1, resources.poolSlots), limits.limit(of: resources.pool ?? ""))
    }

    private mutating func rule(_ holds: Bool, _ rule: String) {
        if !holds { violations.append(rule) }
    }

    // MARK: Events

    mutating func submitted(_ run: WorkflowRun, as number: Int, _ actions: EngineActions) {
        rule(runs[number] == nil, "a run has a number of its own")
        runs[number] = Run(run: run, states: Array(repeating: .blocked, count: run.graph.tasks.count))
        if !run.isAccepted { keepsPlaces = true }
        makeReady([0], of: number)
        follow(actions, cancelled: nil)
    }

    mutating func finished(_ task: TaskReference, error: (any Error)?, _ actions: EngineActions) {
        guard let run = runs[task.run], case .running(let places) = run.states[task.index] else {
            violations.append("a task that does not run was finished")
            return
        }
        running.remove(task)
        runs[task.run]?.states[task.index] = error == nil ? .done : .failed
        if let pool = run.run.graph.tasks[task.index].resources.pool {
            pooled -= 1
            used[pool, default: 0] -= places
            runningIn[pool, default: 0] -= 1
            if isJob(task.run) { usedByJobs[pool, default: 0] -= places }
        }
        if let error {
            runs[task.run]?.firstError = run.firstError ?? error
        } else if !run.isCancelled {
            makeReady(followers(of: task), of: task.run)
        }
        follow(actions, cancelled: nil)
    }

    mutating func cancelled(_ job: JobID, _ actions: EngineActions) {
        guard let (number, run) = runs.first(where: { $0.value.run.job == job }), !run.isCancelled else {
            follow(actions, cancelled: nil)
            return
        }
        runs[number]?.isCancelled = true
        waiting.removeAll { $0.task.run == number }
        follow(actions, cancelled: number)
    }

    mutating func limited(_ limits: EngineLimits, _ actions: EngineActions) {
        self.limits = limits
        follow(actions, cancelled: nil)
    }

    private func followers(of task: TaskReference) -> [Int] {
        guard let run = runs[task.run] else { return [] }
        let tasks = run.run.graph.tasks
        let done = Set(
            tasks.indices.filter { if case .done = run.states[$0] { true } else { false } }.map { tasks[$0].id })
        return tasks.indices.filter { index in
            guard case .blocked = run.states[index] else { return false }
            return tasks[index].upstream.contains(tasks[task.index].id)
                && tasks[index].upstream.allSatisfy(done.contains)
        }
    }

    private mutating func makeReady(_ indices: [Int], of number: Int) {
        for index in indices {
            guard let resources = runs[number]?.run.graph.tasks[index].resources else { continue }
            runs[number]?.states[index] = .waiting
            let isJob = isJob(number)
            waiting.append(
                WaitingTask(
                    task: TaskReference(run: number, index: index), resources: resources,
                    rank: resources.priority + (isJob ? 0 : 1 << 40), isJob: isJob))
        }
    }

    // MARK: Rules

    private mutating func follow(_ actions: EngineActions, cancelled: Int?) {
        let cancels = running.filter { $0.run == cancelled }
        rule(Set(actions.cancel) == cancels, "exactly the running tasks of a cancelled run are cancelled")
        rule(actions.cancel.count == cancels.count, "each is cancelled once")
        forgetTurnsOfPools()
        for task in actions.start { start(task) }
        checkNothingIdle()
        for over in actions.ended { end(run: over.run, error: over.error) }
        let over = runs.keys.filter { number in
            !running.contains { $0.run == number } && !waiting.contains { $0.task.run == number }
        }
        rule(over.isEmpty, "a run of which nothing goes on has ended")
    }

    private mutating func start(_ task: TaskReference) {
        guard let position = waiting.firstIndex(where: { $0.task == task }) else {
            violations.append("a task started that was not ready, or twice")
            return
        }
        let (resources, rank, isJob) = (
            waiting[position].resources, waiting[position].rank, waiting[position].isJob
        )
        var places = 0
        if let pool = resources.pool {
            places = self.places(resources)
            rule(pooled < tier(pool, isJob: isJob).limit, "the total limit")
            rule(fits(waiting[position]), "the pool's limit")
            checkPriority(rank, pool)
            checkOrder(position, task, resources)
            noteTurn(of: task.run, Lane(pool: pool, rank: rank))
            notePoolTurn(of: pool, rank, tier(pool, isJob: isJob).number)
            used[pool, default: 0] += places
            runningIn[pool, default: 0] += 1
            if isJob { usedByJobs[pool, default: 0] += places }
            pooled += 1
        }
        waiting.remove(at: position)
        running.insert(task)
        runs[task.run]?.states[task.index] = .running(places: places)
        forgetTurnsOfPools()
    }

    /// The highest rank that waits in a pool, and the tasks that have it.
    private func top(_ pool: String) -> (rank: Int, tasks: [WaitingTask])? {
        let inPool = waiting.filter { $0.resources.pool == pool }
        guard let rank = inPool.map(\.rank).max() else { return nil }
        return (rank, inPool.filter { $0.rank == rank })
    }

    /// The rank of a pool's next task when that finds its places, whichever of the tasks with that rank it is, and the pool's
    /// tier.
    private func servable(_ pool: String) -> (rank: Int, tier: (number: Int, limit: Int))? {
        guard let top = top(pool), let first = top.tasks.first, top.tasks.allSatisfy(fits) else { return nil }
        return (top.rank, tier(pool, isJob: first.isJob))
    }

    private var waitingPools: Set<String> { Set(waiting.compactMap(\.resources.pool)) }

    private mutating func checkPriority(_ rank: Int, _ pool: String) {
        rule(top(pool)?.rank == rank, "the highest priority of the pool first")
        for other in waitingPools where other != pool {
            if let servable = servable(other), pooled < servable.tier.limit {
                rule(servable.rank <= rank, "the highest priority of all pools first")
            }
        }
    }

    private mutating func checkOrder(_ position: Int, _ task: TaskReference, _ resources: TaskResources) {
        let earlier = waiting[..<position].contains { other in
            other.task.run == task.run && other.resources.pool == resources.pool
                && other.resources.priority == resources.priority
        }
        rule(!earlier, "the tasks of a run in their order")
    }

    private mutating func noteTurn(of number: Int, _ lane: Lane) {
        let others = Set(
            waiting.filter { $0.resources.pool == lane.pool && $0.rank == lane.rank }
                .map(\.task.run)
        ).subtracting([number])
        for other in others {
            let count = (runs[other]?.passedBy[lane]?[number] ?? 0) + 1
            rule(count <= 1, "runs take turns: none is served twice while another one waits")
            runs[other]?.passedBy[lane, default: [:]][number] = count
        }
        runs[number]?.passedBy[lane] = nil
    }

    private mutating func notePoolTurn(of pool: String, _ rank: Int, _ tier: Int) {
        for other in waitingPools where other != pool {
            guard let servable = servable(other), servable.rank == rank, servable.tier.number == tier else { continue }
            let count = (poolPassedBy[other]?.others[pool] ?? 0) + 1
            rule(count <= 1, "pools take turns: none is served twice while another one waits for the total only")
            poolPassedBy[other, default: (rank, tier, [:])].others[pool] = count
        }
        poolPassedBy[pool] = nil
    }

    /// A pool that cannot be served leaves the round; one whose rank or tier changes is in another.
    private mutating func forgetTurnsOfPools() {
        for (pool, passed) in poolPassedBy {
            let servable = servable(pool)
            if servable?.rank != passed.rank || servable?.tier.number != passed.tier { poolPassedBy[pool] = nil }
        }
    }

    private mutating func checkNothingIdle() {
        rule(!waiting.contains { $0.resources.pool == nil }, "a task without a pool starts at once")
        for pool in waitingPools {
            guard let servable = servable(pool) else { continue }
            rule(pooled >= servable.tier.limit, "no place is left free that the next task could take")
        }
    }

    private mutating func end(run number: Int, error: (any Error)?) {
        guard let run = runs.removeValue(forKey: number) else {
            violations.append("a run ended that is not held, or twice")
            return
        }
        ended += 1
        rule(!running.contains { $0.run == number }, "it ends when nothing of it runs")
        rule(!waiting.contains { $0.task.run == number }, "it ends when nothing of it waits")
        if run.isCancelled {
            rule(error is CancellationError, "a cancelled run ends as cancelled")
        } else {
            rule(error as? ModelError == run.firstError as? ModelError, "the first error")
            let isWhole = run.states.allSatisfy { if case .done = $0 { true } else { false } }
            rule(isWhole || error != nil, "no task is lost")
        }
    }

    mutating func compare(_ machine: EngineStateMachine, pools: [String]) {
        rule(machine.running == pooled && machine.waiting == waiting.count, "the load over all")
        for pool in pools {
            let load = machine.load(of: pool)
            rule(load.waiting == waiting.count { $0.resources.pool == pool }, "what waits in a pool")
            let inPool = running.count { runs[$0.run]?.run.graph.tasks[$0.index].resources.pool == pool }
            rule(load.running == inPool, "what runs in a pool")
        }
        rule(runs.values.allSatisfy { machine.epoch(of: $0.run.job) != nil }, "a run is held until it has ended")
    }
}

struct ModelError: Error, Equatable { let number: Int }
