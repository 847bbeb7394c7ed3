import LIFConcurrency
public import LIFModel
public import LIFWorkflow
import Synchronization

/// Runs workflow graphs in this process: independent tasks at the same time, within limits over all tasks and per pool, and
/// fairly between runs (see `EngineStateMachine`).
public final class EmbeddedEngine: TaskScheduler {
    private struct HeldRun {
        let run: WorkflowRun
        let executor: any TaskExecutor
    }

    private struct State {
        var machine: EngineStateMachine
        /// By the machine's number.
        var runs: [Int: HeldRun] = [:]
        var tasks: [TaskReference: Task<Void, Never>] = [:]
        /// The runs whose `ended` has not returned yet.
        var openEnds = 0
        var isShutDown = false
        var shutdowns: [CheckedContinuation<Void, Never>] = []
    }

    /// `embedded`, in logs and in the metadata of jobs.
    public let name = "embedded"
    /// All that `EngineCapabilities` names: priorities, pools, and tasks that take several slots of a pool.
    public let capabilities: EngineCapabilities = [.priorities, .pools, .poolSlots]
    private let state: Mutex<State>
    private let permits: any PermitStore
    private let keeping = TaskBag<Int>()
    /// Permits are to be claimed, or limits were changed.
    private let permitNews = Pulse()

    /// An engine without runs.
    ///
    /// - Parameters:
    ///   - limits: How many tasks with a pool may run at the same time; ``limit(_:)`` changes it later.
    ///   - permits: By which it shares `EngineLimits.shared` and `EngineLimits.rates` with other processes.
    public init(limits: EngineLimits = EngineLimits(), permits: any PermitStore = SolePermits()) {
        self.permits = permits
        state = Mutex(State(machine: EngineStateMachine(limits: limits)))
        keeping.start { [weak self, permitNews] in
            while !Task.isCancelled, let next = self?.keepPermits() {
                await permitNews.wait(atMost: max(next - .now, .milliseconds(5)))
            }
        }
        keeping.start { [weak self] in
            for await _ in permits.permitChanges() {
                guard let self else { return }
                self.apply { $0.machine.lookedAtPermits(isToldOfChange: true) }
            }
        }
    }

    /// Lets those tasks start for which it is time, and claims what is needed of the pools that processes share.
    ///
    /// - Returns: When to look again.
    private func keepPermits() -> ContinuousClock.Instant {
        apply { $0.machine.lookedAtPermits(isToldOfChange: false) }
        let askedAt = ContinuousClock.now
        let claims = state.withLock { $0.machine.claims() }
        if !claims.isEmpty {
            // Beside this loop: a store that is locked answers late.
            keeping.start { [weak self, permits] in
                let grants = try? await permits.settle(claims)
                let processes = grants == nil ? (try? await permits.living().count) ?? 1 : 1
                self?.apply { state in
                    grants.map { state.machine.granted(claims, $0, askedAt: askedAt) }
                        ?? state.machine.notGranted(claims, processes: processes)
                }
                self?.permitNews.beat()
            }
        }
        return state.withLock { $0.machine.nextPermitLook } ?? .now + .seconds(60)
    }

    /// The tasks with a pool: how many run, and how many wait for a place.
    public var load: (running: Int, waiting: Int) {
        state.withLock { ($0.machine.running, $0.machine.waiting) }
    }

    /// The tasks of a pool: how many run, and how many wait for a place.
    public func load(of pool: String) -> (running: Int, waiting: Int) {
        state.withLock { $0.machine.load(of: pool) }
    }

    /// Takes a run, starts its root task and returns; a run that is held already is not started again.
    ///
    /// - Throws: `LIFError` `JobPostException` after a shutdown.
    public func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        if await epoch(of: run.job) != nil { return }
        // Outside of the lock: it takes the longer the larger the graph is.
        let progress = RunProgress(run)
        try state.withLock { state in
            if state.isShutDown {
                throw LIFError(
                    .jobPostException, "The workflow engine is shutting down. Submit the job again later.", blame: .us)
            }
            state.machine.now = .now
            guard let (number, actions) = state.machine.submit(progress) else { return }
            state.runs[number] = HeldRun(run: run, executor: executor)
            state.openEnds += 1
            carryOut(actions, &state)
        }
    }

    /// Cancels the run's tasks and returns at once; see ``TaskScheduler/cancel(_:)``.
    public func cancel(_ job: JobID) async {
        apply { $0.machine.cancel(job) }
    }

    /// Of the run that was submitted and has not come to its end yet.
    public func epoch(of job: JobID) async -> Int? { state.withLock { $0.machine.epoch(of: job) } }

    /// Starts what the new limits have room for. Tasks that run beyond a lower limit finish.
    public func limit(_ limits: EngineLimits) async {
        apply { $0.machine.limit(limits) }
    }

    /// Cancels every run, takes no more, and returns when nothing goes on any more and every `ended` has returned.
    public func shutdown() async {
        apply { state in
            state.isShutDown = true
            return state.machine.cancelAll()
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.openEnds > 0 { state.shutdowns.append(continuation) }
                return state.openEnds == 0
            }
            if isOver { continuation.resume() }
        }
        await keeping.close()
        // What is not given back expires.
        let claims = state.withLock { $0.machine.releases() }
        if !claims.isEmpty { _ = try? await permits.settle(claims) }
    }

    private func apply(_ event: (inout State) -> EngineActions) {
        let cancelled = state.withLock { state in
            state.machine.now = .now
            let actions = event(&state)
            carryOut(actions, &state)
            return actions.cancel.compactMap { state.tasks[$0] }
        }
        // Outside of the lock: a cancellation handler is code that is not ours.
        for task in cancelled { task.cancel() }
    }

    /// Starts what the actions name. Called with the lock held, so that a task cannot report its end, and nobody cancel it,
    /// before its handle is stored.
    private func carryOut(_ actions: EngineActions, _ state: inout State) {
        if state.machine.hasClaims { permitNews.beat() }
        for reference in actions.start {
            guard let held = state.runs[reference.run] else { continue }
            // A bare task: a run outlives the request that submitted it, and whatever frees a place starts tasks of other
            // runs, whose priority and task-local values are not theirs. It is held until it has returned.
            state.tasks[reference] = Task.detached { [self] in await execute(reference, held) }
        }
        for end in actions.ended {
            guard let held = state.runs.removeValue(forKey: end.run) else { continue }
            // A bare task: the one that ran last may be cancelled, and who cancels a run does not wait for this. A shutdown
            // waits for it.
            Task.detached { [self] in
                await held.executor.ended(held.run, error: end.error)
                noteEnded()
            }
        }
    }

    private func execute(_ reference: TaskReference, _ held: HeldRun) async {
        var failure: (any Error)?
        do {
            try Task.checkCancellation()
            try await held.executor.execute(held.run.graph.tasks[reference.index], of: held.run)
        } catch {
            failure = error
        }
        apply { [failure] state in
            state.tasks[reference] = nil
            return state.machine.finished(reference, error: failure)
        }
    }

    private func noteEnded() {
        let shutdowns = state.withLock { state in
            state.openEnds -= 1
            guard state.openEnds == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.shutdowns = [] }
            return state.shutdowns
        }
        for continuation in shutdowns { continuation.resume() }
    }
}
