public import Foundation
public import LIFModel
public import LIFWorkflow
public import Logging

/// Runs query plans over the information sources (Orchestrator seed): parser → workflow graph → engine → operators →
/// outcomes → output queue.
///
/// It has no state of its own: what was accepted is in the `JobStore`, what landed is in the `OutputQueue`.
public final class Orchestrator: Sendable {
    public let parser: QueryPlanParser
    public let loader: ConfigurationLoader
    public let configuration: OrchestratorConfiguration
    private let engine: any WorkflowEngine
    private let jobs: any JobStore
    private let queue: any OutputQueue
    let memory = MemoryOutputQueue()
    let board = OutcomeBoard()
    private let executor: PlanTaskExecutor
    private let logger: Logger
    private let now: @Sendable () -> Date

    public init(
        configuration: OrchestratorConfiguration, registry: OperatorRegistry, engine: any WorkflowEngine,
        jobs: any JobStore, queue: any OutputQueue, runner: TaskRunner = TaskRunner(),
        logger: Logger = Logger(label: "lif.orchestrator"), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        self.parser = QueryPlanParser(configuration: configuration)
        self.loader = ConfigurationLoader(catalogue: configuration.catalogue, registry: registry)
        self.engine = engine
        self.jobs = jobs
        self.queue = queue
        self.logger = logger
        self.now = now
        let resultHandler = ResultHandler(jobs: jobs, queue: queue, memory: memory, board: board, logger: logger)
        self.executor = PlanTaskExecutor(loader: loader, runner: runner, resultHandler: resultHandler, now: now)
    }

    /// Accepts a plan: once this returns, the job survives a restart, and each part will have an outcome.
    ///
    /// - Parameter idempotencyKey: The submitter's own name for this submission; a repetition gives the same job, and
    ///   takes it up again where no engine works on it any more.
    /// - Throws: `LIFError` `QueryParseException` or `OperatorNotFoundException` for a plan that does not match the
    ///   configuration; `QueryParseException` when the key was used for another plan; `JobPostException`.
    public func submit(_ plan: QueryPlan, idempotencyKey: String? = nil) async throws -> Job {
        let plan = try parser.validated(plan)
        let job = Job(id: JobID(), plan: plan, acceptedAt: now(), idempotencyKey: idempotencyKey)
        let kept = try await jobs.accept(job)
        if kept.id != job.id {
            guard kept.plan == plan else {
                throw LIFError(
                    .queryParseException, "This Idempotency-Key was used for another plan. Choose a new one.")
            }
            try await resume(kept)
            return kept
        }
        try await start(job, parts: nil)
        return job
    }

    private func start(_ job: Job, parts: [Int]?) async throws {
        let graph = try parser.graph(of: job.plan, parts: parts)
        let run = WorkflowRun(job: job.id, plan: job.plan, graph: graph, isAccepted: true)
        try await engine.submit(run, to: executor)
    }

    /// Submits again what a process that died has left: the parts of accepted jobs that have no outcome.
    ///
    /// A job that cannot be taken up is logged and stays accepted; the others go on. The next start tries it again.
    ///
    /// - Returns: How many jobs go on.
    /// - Throws: `LIFError` `OutputReadException` when the job store as a whole cannot be read; `CancellationError`.
    @discardableResult
    public func recover() async throws -> Int {
        var count = 0
        for job in try await jobs.unfinished() {
            do {
                if try await resume(job) { count += 1 }
            } catch {
                try Task.checkCancellation()
                logger.error(
                    "A job cannot be taken up again",
                    metadata: [
                        "job": "\(job.id.logLabel)",
                        "error": "\((error as? LIFError)?.description ?? "\(type(of: error))")",
                    ])
            }
        }
        return count
    }

    /// Runs the parts of a job that have no outcome, unless the engine works on it.
    ///
    /// - Returns: Whether it had to.
    @discardableResult
    private func resume(_ job: Job) async throws -> Bool {
        if await engine.holds(job.id) { return false }
        let outcomes = try await queue.outcomes(of: job.id)
        let missing = job.plan.parts.indices.filter { outcomes[$0] == nil }
        if missing.isEmpty {
            try await jobs.markFinished(job.id)
            return false
        }
        logger.notice(
            "A job is taken up again", metadata: ["job": "\(job.id.logLabel)", "parts": "\(missing.count)"])
        try await start(job, parts: missing)
        return true
    }

    /// A job with its outcomes so far and its derived status.
    public struct Report: Sendable {
        public let job: Job
        public let outcomes: [Int: Outcome]
        public let status: JobStatus

        public var results: JobResults { JobResults(job: job, outcomes: outcomes) }
    }

    /// - Throws: `LIFError` `JobNotFoundException`, `OutputReadException`.
    public func report(_ id: JobID) async throws -> Report {
        guard let job = try await jobs.job(id) else {
            throw LIFError(.jobNotFoundException, "There is no job of this id.")
        }
        let outcomes = try await queue.outcomes(of: id)
        let isStarted = await engine.holds(id)
        let status = JobStatus(partCount: job.plan.parts.count, outcomes: outcomes, isStarted: isStarted)
        return Report(job: job, outcomes: outcomes, status: status)
    }

    /// The report as soon as the job has ended, or when the time is up, whichever comes first.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `OutputReadException`; `OutputWriteException` when an outcome could
    ///   not be kept: the job then stays accepted, and is taken up again at a restart. `CancellationError`.
    public func report(_ id: JobID, waitingFor limit: Duration) async throws -> Report {
        let events = board.watch(id)
        var report = try await report(id)
        if report.status.isFinal || limit <= .zero { return report }
        let reason = await withTaskGroup(of: Failure?.self) { group in
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            group.addTask { [count = report.job.plan.parts.count, landed = Set(report.outcomes.keys)] in
                var landed = landed
                for await event in events {
                    switch event {
                    case .landed(let part, _): landed.insert(part)
                    case .ended(let reason): return reason
                    }
                    if landed.count >= count { break }
                }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        try Task.checkCancellation()
        report = try await self.report(id)
        if let reason, reason.reason == .storage, !report.status.isFinal {
            throw LIFError(.outputWriteException, reason.message, blame: .us, isRetryable: true, reason: .storage)
        }
        return report
    }

    /// Asks every configured source, all at the same time, whether it answers.
    ///
    /// - Returns: In configuration order, a sentence or why not.
    public func checkSources() async -> [(source: InformationSource, result: Result<String, Failure>)] {
        let sources = configuration.catalogue.sources
        return await withTaskGroup(of: (Int, Result<String, Failure>).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, await self.check(source)) }
            }
            var results: [Int: Result<String, Failure>] = [:]
            for await (index, result) in group { results[index] = result }
            return sources.indices.compactMap { index in results[index].map { (sources[index], $0) } }
        }
    }

    private func check(_ source: InformationSource) async -> Result<String, Failure> {
        do {
            let adapter = try loader.adapter(of: source)
            try loader.checkTranslator(source.translation, sourceID: source.id)
            let limit = configuration.policies[source.id]?.timeout ?? configuration.defaultPolicy.timeout
            let policy = TaskPolicy(retries: 0, timeout: limit)
            return .success(try await TaskRunner().run(policy) { _ in try await adapter.check() })
        } catch {
            return .failure(PlanTaskExecutor.failure(error))
        }
    }
}

extension Orchestrator: PlanRunner {
    /// Runs a plan for a caller who waits for it. Nothing is promised, so nothing is kept: when the caller leaves, the run
    /// is cancelled.
    public func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let plan = try parser.validated(plan)
        let run = WorkflowRun(job: JobID(), plan: plan, graph: try parser.graph(of: plan), isAccepted: false)
        let events = board.watch(run.job)
        defer { memory.remove(run.job) }
        try await engine.submit(run, to: executor)
        var missing = Set(plan.parts.indices)
        var reason: Failure?
        watching: for await event in events {
            switch event {
            case .landed(let part, let outcome):
                if missing.remove(part) != nil { await land(part, outcome) }
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
    }
}
