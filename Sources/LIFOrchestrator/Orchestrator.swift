public import CoreMetrics
public import Foundation
import LIFConcurrency
import LIFJournal
public import LIFModel
public import LIFWorkflow
public import Logging
import Synchronization

/// Runs query plans over the information sources (Orchestrator seed): parser → workflow graph → engine → operators →
/// outcomes → output queue.
///
/// What was accepted and what has landed is in the `Journal`. Any number of processes may share the stores; each runs the jobs
/// that it holds. What this process keeps of them can be lost at any moment.
public final class Orchestrator: Sendable {
    let engine: any WorkflowEngine
    let stores: OrchestratorStores
    let memory = MemoryOutputQueue()
    let board = Broadcast<JobID, RunEvent>(.every)
    let admission = Admission()
    let timers: JobTimers
    let resultHandler: ResultHandler
    let driver: JobDriver
    let callbacks: CallbackDispatcher
    let metrics: OrchestratorMetrics
    let runner: TaskRunner
    let logger: Logger
    /// The time as its jobs have it.
    public let now: @Sendable () -> Date
    let retentionClock: any RetentionClock
    let scheduleChanges = Pulse()
    let room: StoreRoom
    /// For the large results that clients are reading.
    let resultRoom = WeightedSemaphore(size: 64 << 20)
    private let current: CurrentSetup

    /// - Parameters:
    ///   - registry: The operators that exist; with the configuration it can be replaced later (`reconfigure`).
    ///   - engine: Its limits are set from the configuration by `recover` and `reconfigure`.
    ///   - retentionClock: By which data is removed that was kept long enough; by `now` when `nil`.
    ///   - sleep: Waits for the time-outs and SLAs of jobs; throws `CancellationError` when cancelled.
    public init(
        configuration: OrchestratorConfiguration, registry: OperatorRegistry, engine: any WorkflowEngine,
        stores: OrchestratorStores, runner: TaskRunner = TaskRunner(),
        metrics factory: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger = Logger(label: "lif.orchestrator"), now: @escaping @Sendable () -> Date = { Date() },
        retentionClock: (any RetentionClock)? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        let current = CurrentSetup(OrchestratorSetup(configuration, registry))
        let metrics = OrchestratorMetrics(factory: factory)
        self.current = current
        self.engine = engine
        self.stores = stores
        self.runner = runner
        self.metrics = metrics
        self.logger = logger
        self.now = now
        self.retentionClock = retentionClock ?? PlainRetentionClock(now)
        timers = JobTimers(sleep: sleep)
        room = StoreRoom(trial: { try await stores.journal.checkRoom(for: $0) })
        driver = JobDriver(stores: stores, admission: admission, setup: { current.value }, now: now)
        callbacks = CallbackDispatcher(
            stores: stores, driver: driver, setup: { current.value }, runner: runner, metrics: metrics, logger: logger,
            now: now)
        resultHandler = ResultHandler(
            board: board, log: stores.log, metrics: metrics, logger: logger, setup: { current.value })
    }

    /// Why nothing is fetched for jobs now, though the stores can be read; `nil` when it is.
    public var pause: LIFError? { room.reason }

    var setup: OrchestratorSetup { current.value }
    public var configuration: OrchestratorConfiguration { setup.configuration }
    public var parser: QueryPlanParser { setup.parser }
    public var loader: ConfigurationLoader { setup.loader }

    /// Replaces the configuration and the operators as a whole. Tasks that start from now on use them; an adapter that is under
    /// way ends with what it began with.
    public func reconfigure(_ configuration: OrchestratorConfiguration, registry: OperatorRegistry) async {
        current.replace(OrchestratorSetup(configuration, registry))
        await engine.limit(configuration.limits)
    }

    /// Accepts a plan: once this returns, the job survives a restart, and each part will have an outcome.
    ///
    /// A repetition of the idempotency key gives the same job, and takes it up again where no engine works on it any more.
    ///
    /// - Throws: `LIFError` `QueryParseException` or `OperatorNotFoundException` for a plan that does not match the
    ///   configuration; `QueryParseException` when the key was used for another submission; `Overloaded`,
    ///   `OutputQueueNotAvailableException` or `JobPostException` when it cannot be taken now. When it was the engine that
    ///   refused it, the job is kept and goes on as soon as the engine takes it: a repetition needs the same key.
    public func submit(_ submission: JobSubmission) async throws -> Job { try await accept(submission).job }

    /// - Returns: As `submit`, and whether the job is a new one.
    func accept(_ submission: JobSubmission) async throws -> (job: Job, isNew: Bool) {
        let setup = setup
        let asked = try setup.parser.validated(submission)
        var submission = asked
        // Part of what is accepted: a later configuration does not move them.
        submission.workflow.timeout = submission.workflow.timeout ?? setup.configuration.workflow.timeout
        submission.workflow.sla = submission.workflow.sla ?? setup.configuration.workflow.sla
        try setup.parser.checkCapabilities(engine.capabilities, workflow: submission.workflow)
        // Before all that may refuse it: what was accepted is there, however full this process is now.
        if let key = submission.idempotencyKey,
            let kept = try await stores.jobs.jobs(JobFilter(idempotencyKey: key, limit: 1)).first
        {
            return (try await repeated(kept, by: asked), false)
        }
        let job = Job(submission: submission, acceptedAt: now(), holder: stores.leases.own)
        try reserve(submission.plan.parts.count, for: job.id)
        defer { admission.release(job.id) }
        try await checkSpace(setup.configuration)
        let graph = try setup.parser.graph(of: submission.plan, workflow: submission.workflow)
        let kept = try await stores.jobs.accept(job)
        if kept.id != job.id { return (try await repeated(kept, by: asked), false) }
        metrics.accepted()
        stores.log.append(
            JobLogEntry(
                job: job.id, at: job.acceptedAt, event: "accepted",
                message: "Accepted with \(submission.plan.parts.count) parts; engine \(engine.name)."))
        try await start(job, graph)
        return (job, true)
    }

    /// The job that a repeated submission has made before.
    ///
    /// - Parameter submission: As it was submitted, without what the configuration says.
    /// - Throws: `LIFError` `QueryParseException` when it is another submission.
    private func repeated(_ kept: Job, by submission: JobSubmission) async throws -> Job {
        guard kept.submission.isRepeated(by: submission) else { throw JobSubmission.keyIsUsed }
        if kept.finishedAt == nil, kept.holder == stores.leases.own { await takeUp(kept) }
        return kept
    }

    /// - Returns: Whether it is to be given back by `Admission.release`.
    @discardableResult
    func reserve(_ parts: Int, for job: JobID) throws -> Bool {
        do throws(LIFError) {
            return try admission.reserve(parts, for: job, limit: configuration.openPartLimit)
        } catch {
            metrics.refused()
            throw error
        }
    }

    private func checkSpace(_ configuration: OrchestratorConfiguration) async throws {
        guard let limit = configuration.storeLimit else { return }
        let used = try await stores.usedBytes()
        guard used > limit else { return }
        metrics.refused()
        throw LIFError(
            .outputQueueNotAvailableException,
            "The output queue is full: the store has \(used) bytes of the \(limit) that are allowed. Acknowledge results, "
                + "keep them for a shorter time, or raise the limit.",
            blame: .us, isRetryable: true)
    }
}

extension Orchestrator: TaskExecutor {
    public func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
        try await executor(setup).execute(task, of: run)
    }

    func executor(_ setup: OrchestratorSetup, trace: OperatorTrace? = nil) -> PlanTaskExecutor {
        PlanTaskExecutor(
            orchestrator: self, setup: setup,
            breakers: SourceBreakers(store: stores.breakers, metrics: metrics, logger: logger, now: now), trace: trace)
    }

    public func ended(_ run: WorkflowRun, error: (any Error)?) async {
        let submission = admission.leave(run.job)
        metrics.openParts(admission.openParts)
        if run.isAccepted {
            await jobRunEnded(run, submission, error)
        } else {
            memory.remove(run.job)
            board.send(.ended(reason: error.map(Failure.init(of:))), to: run.job)
        }
    }
}

extension Orchestrator: PlanRunner {
    /// What operators give is held against plan and configuration before anything else gets it.
    public var checksOutcomes: Bool { true }

    /// Runs a plan for a caller who waits for it. Nothing is promised, so nothing is kept: when the caller leaves, the run
    /// is cancelled. Parts that do not match the configuration are refused when the others have landed: a reload may have come
    /// between the plan and its run, or while it ran.
    public func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let setup = setup
        let split = try setup.parser.split(plan)
        if let parts = split.accepted {
            try await run(parts, setup) { part, outcome in await land(split.indices[part], outcome) }
        }
        if let refusal = split.refusal { throw refusal }
    }

    private func run(
        _ plan: QueryPlan, _ setup: OrchestratorSetup, land: @Sendable (Int, Outcome) async -> Void
    ) async throws {
        let job = JobID()
        try reserve(plan.parts.count, for: job)
        defer { admission.release(job) }
        let graph = try setup.parser.graph(of: plan, workflow: WorkflowSettings())
        let run = WorkflowRun(job: job, plan: plan, graph: graph, isAccepted: false, startedAt: now())
        let events = board.listen(to: run.job)
        try await submit(run)
        var missing = Set(plan.parts.indices)
        var reason: Failure?
        var refused: Failure?
        watching: for await event in events {
            switch event {
            case .landed(let part, let outcome):
                guard missing.remove(part) != nil else { break }
                // What the configuration lacks since a reload is no outcome: it is planned anew.
                if let failure = outcome.failure, failure.reason.isOfConfiguration, self.setup.id != setup.id {
                    refused = refused ?? failure
                } else {
                    await land(part, outcome)
                }
                if missing.isEmpty { break watching }
            case .ended(let failure):
                reason = failure
                break watching
            }
        }
        if Task.isCancelled {
            await engine.cancel(run.job)
            throw CancellationError()
        }
        let failure = reason ?? Failure(.internal, "The engine ended the run without an outcome for this part.")
        for part in missing.sorted() {
            await land(part, Outcome(.failed(failure), finishedAt: now(), duration: .zero))
        }
        if let refused {
            throw LIFError(.operatorNotFoundException, refused.message, blame: .us, reason: .operatorNotFound)
        }
    }
}

/// The setup that holds now.
private final class CurrentSetup: Sendable {
    private let setup: Mutex<OrchestratorSetup>

    init(_ setup: OrchestratorSetup) { self.setup = Mutex(setup) }

    var value: OrchestratorSetup { setup.withLock { $0 } }

    func replace(_ new: OrchestratorSetup) { setup.withLock { $0 = new } }
}
