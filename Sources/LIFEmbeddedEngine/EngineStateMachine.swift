import LIFModel
import LIFWorkflow

/// Which tasks of which runs start when: pure, without clock or concurrency. The engine reports what happened to it and carries
/// out what it returns.
///
/// A task without a pool starts as soon as it is ready. One with a pool waits for its places there and for one in the total.
/// Runs that someone waits for go before jobs, whatever their priorities, and once there was one, jobs leave places free for
/// the next (`TaskPool.placesKept`, `TotalPlaces`). Of the pools whose next task finds its places, the one with the highest
/// priority is served; among equals they take turns. Within a pool the highest priority goes first, among equals the runs take
/// turns, and within a run the tasks keep their order. The next task of a pool is not overtaken by one that needs fewer
/// places, or it might wait for ever.
///
/// An event takes time for the tasks that it makes ready, starts or cancels; how many others wait does not matter.
struct EngineStateMachine {
    private(set) var limits: EngineLimits
    private var runs: [Int: RunProgress] = [:]
    private var numbers: [JobID: Int] = [:]
    private var nextNumber = 0
    /// Those that are not idle.
    private(set) var pools: [String: TaskPool] = [:]
    private var total: TotalPlaces
    /// The pools whose next task finds its places, with that task's rank.
    private var turns: [TotalPlaces.Tier: PriorityRotation<String>] = [:]
    /// The tasks with a pool that run.
    private(set) var running = 0
    /// The tasks that wait for a place.
    private(set) var waiting = 0
    /// Of the pools whose limits hold over all processes.
    var permits: [String: PoolPermits] = [:]
    /// Whether permits are to be claimed.
    var hasClaims = false
    /// The time of the event; for permits alone.
    var now = ContinuousClock.now

    init(limits: EngineLimits) {
        self.limits = limits
        total = TotalPlaces(total: limits.total)
        configurePermits()
    }

    /// Whether nothing is kept any more, of runs and of pools.
    var isEmpty: Bool {
        runs.isEmpty && numbers.isEmpty && pools.isEmpty && turns.values.allSatisfy(\.isEmpty)
    }

    /// Of the run of the job that is held; `nil` when there is none.
    func epoch(of job: JobID) -> Int? { numbers[job].flatMap { runs[$0] }?.run.fence }

    /// The tasks of a pool that run and that wait.
    func load(of pool: String) -> (running: Int, waiting: Int) {
        pools[pool].map { ($0.running, $0.waiting) } ?? (0, 0)
    }

    /// Takes a run that has not begun.
    ///
    /// - Returns: The run's number; `nil` when a run of its job is held already, and then nothing has changed.
    mutating func submit(_ progress: RunProgress) -> (run: Int, actions: EngineActions)? {
        let job = progress.run.job
        guard numbers[job] == nil else { return nil }
        let number = nextNumber
        nextNumber += 1
        numbers[job] = number
        runs[number] = progress
        if !progress.isJob, !total.keepsPlaces { keepPlaces() }
        var actions = EngineActions()
        if let root = progress.root { admit(root, of: number, &actions) }
        startWaiting(&actions)
        endIfOver(number, &actions)
        return (number, actions)
    }

    /// Notes that a started task has returned, or thrown the error.
    mutating func finished(_ task: TaskReference, error: (any Error)?) -> EngineActions {
        var actions = EngineActions()
        guard let (places, ready) = runs[task.run]?.finished(task.index, error: error) else { return actions }
        let pool = runs[task.run]?.resources(of: task.index).pool
        if let pool {
            running -= 1
            pools[pool]?.finish(places: places, ofJob: runs[task.run]?.isJob ?? false)
        }
        for index in ready { admit(index, of: task.run, &actions) }
        if let pool { refresh(pool) }
        startWaiting(&actions)
        endIfOver(task.run, &actions)
        return actions
    }

    /// Cancels a run: what waits never starts. It has ended when its running tasks have returned.
    mutating func cancel(_ job: JobID) -> EngineActions {
        var actions = EngineActions()
        guard let number = numbers[job] else { return actions }
        stop(number, &actions)
        startWaiting(&actions)
        endIfOver(number, &actions)
        return actions
    }

    mutating func cancelAll() -> EngineActions {
        var actions = EngineActions()
        let held = runs.keys.sorted()
        for number in held { stop(number, &actions) }
        for number in held { endIfOver(number, &actions) }
        return actions
    }

    /// Changes the limits: what runs goes on, what starts keeps within the new ones.
    mutating func limit(_ limits: EngineLimits) -> EngineActions {
        self.limits = limits
        let keepsPlaces = total.keepsPlaces
        total = TotalPlaces(total: limits.total)
        total.keepsPlaces = keepsPlaces
        configurePermits()
        return refreshAll(pools.keys.sorted())
    }

    mutating func refreshAll(_ names: [String]) -> EngineActions {
        for name in names { refresh(name) }
        var actions = EngineActions()
        startWaiting(&actions)
        return actions
    }
}

extension EngineStateMachine {
    /// A task is ready: it starts, or waits in its pool.
    private mutating func admit(_ index: Int, of number: Int, _ actions: inout EngineActions) {
        guard let resources = runs[number]?.resources(of: index) else { return }
        guard let name = resources.pool else {
            runs[number]?.start(index, places: 0)
            actions.start.append(TaskReference(run: number, index: index))
            return
        }
        if pools[name] == nil { pools[name] = TaskPool(limit: limit(of: name)) }
        waiting += 1
        pools[name]?.waiting += 1
        noteDemand(name)
        let rank = runs[number]?.rank(of: resources.priority) ?? resources.priority
        let lane = RunProgress.Lane(pool: name, rank: rank)
        guard runs[number]?.wait(index, in: lane) == true else { return }
        pools[name]?.runs.append(number, priority: rank)
        refresh(name)
    }

    /// From now on jobs leave places free.
    private mutating func keepPlaces() {
        total.keepsPlaces = true
        for name in pools.keys.sorted() { refresh(name) }
    }

    /// The pool whose turn it is, of those for which there is a place in the total; of equals one of which little runs.
    private var next: (pool: String, tier: TotalPlaces.Tier, rank: Int)? {
        var next: (pool: String, tier: TotalPlaces.Tier, rank: Int)?
        for tier in TotalPlaces.Tier.allCases where running < total.limit(tier) {
            guard let (pool, rank) = turns[tier]?.first, next.map({ rank > $0.rank }) ?? true else { continue }
            next = (pool, tier, rank)
        }
        return next
    }

    /// Starts what finds its places, in the order of the turns.
    private mutating func startWaiting(_ actions: inout EngineActions) {
        while let (name, tier, rank) = next, let number = pools[name]?.runs.first?.element {
            let lane = RunProgress.Lane(pool: name, rank: rank)
            guard let next = runs[number]?.first(in: lane), let places = pools[name]?.places(for: next.slots) else {
                return
            }
            if runs[number]?.removeFirst(in: lane) == true {
                pools[name]?.runs.advance()
            } else {
                pools[name]?.runs.remove(number, priority: rank)
            }
            runs[number]?.start(next.index, places: places)
            pools[name]?.start(places: places, ofJob: runs[number]?.isJob ?? false)
            permits[name]?.started(at: now)
            running += 1
            waiting -= 1
            actions.start.append(TaskReference(run: number, index: next.index))
            turns[tier]?.advance()
            refresh(name)
        }
    }

    /// Gives a pool its turn, or takes it away, after a change; an idle pool is forgotten.
    private mutating func refresh(_ name: String) {
        let limit = limit(of: name)
        pools[name]?.limit = limit
        noteDemand(name)
        guard let pool = pools[name] else { return }
        let turn = pool.isIdle ? nil : turn(of: name, pool)
        if turn != pool.turn {
            if let old = pool.turn { turns[old.tier]?.remove(name, priority: old.rank) }
            if let turn { turns[turn.tier, default: PriorityRotation()].append(name, priority: turn.rank) }
        }
        if pool.isIdle { pools[name] = nil } else { pools[name]?.turn = turn }
    }

    /// - Returns: `nil` when the pool's next task does not find its places there.
    private func turn(of name: String, _ pool: TaskPool) -> TaskPool.Turn? {
        guard let (number, rank) = pool.runs.first, let run = runs[number],
            let next = run.first(in: RunProgress.Lane(pool: name, rank: rank)),
            permits[name]?.mayStart(at: now) ?? true,
            pool.hasPlaces(for: next.slots, ofJob: run.isJob, keepsPlaces: total.keepsPlaces)
        else { return nil }
        return TaskPool.Turn(tier: total.tier(running: pool.running, ofJob: run.isJob), rank: rank)
    }

    /// Drops what waits of a run and cancels what runs.
    private mutating func stop(_ number: Int, _ actions: inout EngineActions) {
        guard runs[number]?.isCancelled == false else { return }
        let tasks = runs[number]?.running.keys.sorted() ?? []
        actions.cancel += tasks.map { TaskReference(run: number, index: $0) }
        let dropped = runs[number]?.cancel() ?? []
        for (lane, count) in dropped {
            waiting -= count
            pools[lane.pool]?.waiting -= count
            pools[lane.pool]?.runs.remove(number, priority: lane.rank)
        }
        for (lane, _) in dropped { refresh(lane.pool) }
    }

    private mutating func endIfOver(_ number: Int, _ actions: inout EngineActions) {
        guard runs[number]?.isOver == true, let progress = runs.removeValue(forKey: number) else { return }
        numbers[progress.run.job] = nil
        actions.ended.append((number, progress.error))
    }
}
