public import LIFJournal
public import LIFModel

/// The workflow engine in this process: jobs run on the scheduler that also runs what someone waits for. It knows its runs by job and
/// epoch, keeps nothing itself, and tells how they end by `TaskExecutor.ended`.
public struct SchedulerEngine: WorkflowEngine {
    private let scheduler: any TaskScheduler
    private let executor: any TaskExecutor

    /// An engine on a scheduler.
    ///
    /// - Parameter executor: Does the tasks, and is told of each run's end.
    public init(_ scheduler: any TaskScheduler, executor: any TaskExecutor) {
        self.scheduler = scheduler
        self.executor = executor
    }

    /// The scheduler's.
    public var name: String { scheduler.name }
    /// The scheduler's.
    public var capabilities: EngineCapabilities { scheduler.capabilities }
    /// `nil`: nobody needs to ask.
    public var polling: ClosedRange<Duration>? { nil }
    /// Zero: no answer is lost.
    public var launchGrace: Duration { .zero }

    /// The handle of a run on the scheduler of this name.
    public static func handle(_ job: JobID, epoch: Int, on name: String) -> EngineRunHandle {
        EngineRunHandle(engine: name, run: "\(job.text)/\(epoch)")
    }

    /// Submits the run to the scheduler.
    public func launch(_ run: WorkflowRun) async throws(EngineFault) -> EngineRunHandle {
        do {
            try await scheduler.submit(run, to: executor)
        } catch let error as LIFError {
            throw .refused(error)
        } catch {
            throw .refused(
                LIFError(.jobPostException, "The scheduler does not take the run.", blame: .us, cause: error))
        }
        return Self.handle(run.job, epoch: run.fence, on: name)
    }

    /// A run that goes on.
    public func find(_ job: JobID, epoch: Int) async throws(EngineFault) -> EngineRunHandle? {
        await scheduler.epoch(of: job) == epoch ? Self.handle(job, epoch: epoch, on: name) : nil
    }

    /// `running` or `gone`: what has ended is not kept.
    public func states(of handles: [EngineRunHandle]) async throws(EngineFault) -> [EngineRunHandle: EngineRunState] {
        var states: [EngineRunHandle: EngineRunState] = [:]
        for handle in handles { states[handle] = await job(of: handle) == nil ? .gone : .running }
        return states
    }

    /// None: see ``polling``.
    public func changes(since cursor: String?) async throws(EngineFault) -> EngineChanges {
        EngineChanges([:], cursor: "")
    }

    /// Cancels the run on the scheduler.
    public func cancel(_ handle: EngineRunHandle, isForced: Bool) async -> EngineCancelAnswer {
        guard let job = await job(of: handle) else { return .gone }
        await scheduler.cancel(job)
        return .accepted
    }

    /// - Returns: `nil` when the scheduler does not hold the run.
    private func job(of handle: EngineRunHandle) async -> JobID? {
        let words = handle.run.split(separator: "/")
        guard handle.engine == name, words.count == 2, let job = JobID(String(words[0])), let epoch = Int(words[1]),
            await scheduler.epoch(of: job) == epoch
        else { return nil }
        return job
    }

    /// It holds every limit; what it cannot do else is in its capabilities.
    public func check(_ requirements: EngineRequirements) async throws(EngineFault) -> [EngineRefusal] {
        requirements.capabilities.subtracting(capabilities).isEmpty
            ? [] : [EngineRefusal(name, form: .pool, "The scheduler cannot do all that is asked of it.")]
    }

    /// Always ready.
    public func readiness() async -> LIFError? { nil }

    /// Ends the scheduler's runs.
    public func shutdown() async { await scheduler.shutdown() }
}
