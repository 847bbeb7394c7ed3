import LIFConcurrency
import LIFJournal
public import LIFModel
public import LIFWorkflow
import Synchronization

/// A workflow engine as a scheduler, so that what is asked of a scheduler can be asked of an engine that runs branches at once: it launches
/// runs, looks how they are, and tells their executors how they end.
public final class EngineScheduler: TaskScheduler {
    fileprivate struct Held {
        let run: WorkflowRun
        let executor: any TaskExecutor
        var handle: EngineRunHandle?
    }

    fileprivate struct State {
        /// What has not ended.
        var held: [JobID: Held] = [:]
        /// All that were submitted: workers may ask late.
        var known: [JobID: Held] = [:]
        /// How often each was launched: a scheduler takes one that has ended again, an engine under another epoch.
        var launches: [JobID: Int] = [:]
    }

    private let engine: any WorkflowEngine
    private let router: Router
    private let setLimits: @Sendable (EngineLimits) async -> Void
    private let followers = TaskBag<Int>()

    /// The runs by their jobs, for the workers of the engine.
    public final class Router: Sendable {
        fileprivate let state = Mutex(State())

        /// A router without runs.
        public init() {}

        /// Has a task done by the executor to which its run was submitted.
        public func execute(_ task: WorkflowTask.ID, of job: JobID) async throws {
            guard let held = state.withLock({ $0.known[job] }), let task = held.run.graph[task] else { return }
            try await held.executor.execute(task, of: held.run)
        }
    }

    /// A scheduler on an engine.
    ///
    /// - Parameters:
    ///   - router: By which the engine's workers have their tasks done.
    ///   - setLimits: Changes the engine's limits.
    public init(
        _ engine: any WorkflowEngine, router: Router, setLimits: @escaping @Sendable (EngineLimits) async -> Void
    ) {
        self.engine = engine
        self.router = router
        self.setLimits = setLimits
    }

    /// The engine's.
    public var name: String { engine.name }
    /// The engine's.
    public var capabilities: EngineCapabilities { engine.capabilities }

    /// Launches a run and follows it.
    public func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        let epoch = router.state.withLock { state -> Int? in
            if state.held[run.job] != nil { return nil }
            let held = Held(run: run, executor: executor)
            (state.held[run.job], state.known[run.job]) = (held, held)
            state.launches[run.job, default: 0] += 1
            return state.launches[run.job]
        }
        guard let epoch else { return }
        do throws(EngineFault) {
            let handle = try await engine.launch(
                WorkflowRun(
                    job: run.job, plan: run.plan, graph: run.graph, isAccepted: true, fence: epoch,
                    startedAt: run.startedAt))
            router.state.withLock { $0.held[run.job]?.handle = handle }
            followers.start { [self] in await follow(run, handle, executor) }
        } catch {
            router.state.withLock { $0.held[run.job] = nil }
            throw error.cause
        }
    }

    private func follow(_ run: WorkflowRun, _ handle: EngineRunHandle, _ executor: any TaskExecutor) async {
        while !Task.isCancelled {
            if case .ended(let end)? = try? await engine.states(of: [handle])[handle] {
                router.state.withLock { $0.held[run.job] = nil }
                switch end {
                case .succeeded: await executor.ended(run, error: nil)
                case .cancelled: await executor.ended(run, error: CancellationError())
                case .failed(let failure): await executor.ended(run, error: failure)
                }
                return
            }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Cancels the run at the engine.
    public func cancel(_ job: JobID) async {
        guard let handle = router.state.withLock({ $0.held[job]?.handle }) else { return }
        _ = await engine.cancel(handle, isForced: true)
    }

    /// Of a run that has not ended.
    public func epoch(of job: JobID) async -> Int? { router.state.withLock { $0.held[job]?.run.fence } }

    /// Changes the engine's limits.
    public func limit(_ limits: EngineLimits) async { await setLimits(limits) }

    /// Follows nothing any more.
    public func shutdown() async {
        await engine.shutdown()
        await followers.close()
    }
}
