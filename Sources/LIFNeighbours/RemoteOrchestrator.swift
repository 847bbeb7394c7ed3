public import Foundation
import LIFConcurrency
public import LIFHTTP
import LIFJSON
public import LIFModel
public import LIFQueryPlanner
public import Logging

/// Has plans run by an Orchestrator over HTTP: ours, or another that speaks the deployed contract (wire.md,
/// "Orchestrator").
///
/// Results come with the answer to the submission, or are asked for at the job, or are posted to the planner
/// (`OrchestrationRuns`), whatever the orchestrator does; each lands as it comes. That a run has failed, is lost, or ended
/// without results is reported as soon as the orchestrator says so.
///
/// It waits as long as its caller does, and no longer than `runTimeout` for a run. A caller that leaves has the job cancelled,
/// as far as the orchestrator can and its id is known. Nothing is asked twice but "is the result there".
///
/// An orchestrator that refuses a plan for some of its parts, or for their number, gets the others without them.
///
/// A plan of several learners is one job, or several (`LearnersPerJob`).
public struct RemoteOrchestrator: PlanRunner {
    private let configuration: RemoteOrchestratorConfiguration
    private let requests: OrchestratorRequests
    private let runs: OrchestrationRuns?
    private let runTimeout: @Sendable (QueryPlan) -> Duration
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void

    /// A client for one orchestrator. Nothing is sent here.
    ///
    /// - Parameters:
    ///   - runs: Where results arrive that the orchestrator posts to the planner. Without it an orchestrator that gives
    ///     results in no other way is not available.
    ///   - runTimeout: How long a run of a plan may take from its submission; its other parts then fail with reason
    ///     `timeout`. Results that are posted later are kept all the same.
    ///   - sleep: Waits between two requests; throws `CancellationError` when cancelled.
    public init(
        configuration: RemoteOrchestratorConfiguration, http: OutgoingHTTPClient, runs: OrchestrationRuns? = nil,
        runTimeout: @escaping @Sendable (QueryPlan) -> Duration = { _ in .seconds(300) },
        logger: Logger = Logger(label: "lif.planner"), now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.configuration = configuration
        requests = OrchestratorRequests(configuration: configuration, http: http)
        self.runs = runs
        self.runTimeout = runTimeout
        self.logger = logger
        self.now = now
        self.sleep = sleep
    }

    /// Submits the plan as one job, or as several with at most eight at a time, and lands each part as its result arrives.
    ///
    /// When the task is cancelled it throws at once; the jobs whose ids are known, or arrive later, are then cancelled too.
    ///
    /// - Throws: As ``PlanRunner/run(_:land:)``; `NeighbourNotAvailable` also when the orchestrator is away for longer than
    ///   `outageTolerance`.
    public func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let jobs = RemoteJobs(plan, learners: configuration.learnersPerJob)
        try await ForeignDataExecutor.run {
            if jobs.parts.count == 1 { return try await runAccepted(plan, land: land) }
            try await run(jobs, of: plan, land: land)
        }
    }

    /// Runs a plan as one job.
    ///
    /// - Throws: `RefusedParts` when the orchestrator does not take the plan as it is.
    func runJob(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let answers = OrchestratorAnswers(plan: plan, logger: logger, now: now)
        let limit = runTimeout(plan)
        let deadline = ContinuousClock.now + limit
        let submittedAt = now()
        switch try await submission(of: plan, at: submittedAt) {
        case .results(let document):
            let outcomes = try await requests.read(document.bytes.count) { try answers.outcomes(document) }
            for index in plan.parts.indices { await land(index, outcomes[index] ?? answers.missing) }
            // The orchestrator may be configured to post them as well.
            if let id = Self.runID(in: document) { await runs?.close(id) }
        case .failed:
            for index in plan.parts.indices { await land(index, answers.failed) }
        case .job(let id):
            do {
                try await runs?.register(id, plan: plan, submittedAt: submittedAt)
                let end = RemoteRunEnd(
                    id: id, requests: requests, answers: answers, takesPostedResults: runs != nil,
                    outageTolerance: configuration.outageTolerance, lossTolerance: configuration.settlingTime,
                    sleep: sleep)
                let run = RemoteRun(
                    id: id, answers: answers, runs: runs, end: end, settlingTime: configuration.settlingTime,
                    deadline: deadline, limit: limit, logger: logger)
                if try await run.follow(land) == .timeUp { cancel(id) }
            } catch {
                cancel(id)
                throw error
            }
        }
    }

    private enum Submission: Sendable {
        case results(RawJSON)
        case job(RandomID)
        /// It ran, and failed as a whole.
        case failed
    }

    /// Submits a plan, and leaves at once when the caller does. The orchestrator may have taken the plan then: the run is made
    /// known as soon as it has an id, so that its results find it, and cancelled.
    private func submission(of plan: QueryPlan, at submittedAt: Date) async throws -> Submission {
        let (answers, answered) = AsyncThrowingStream.makeStream(of: Submission.self)
        // A bare task: what is on its way to the orchestrator outlives a caller who leaves. It ends with the request.
        let work = Task(executorPreference: ForeignDataExecutor.shared) {
            do {
                let submission = try await submit(plan)
                answered.yield(submission)
                answered.finish()
                return submission
            } catch {
                answered.finish(throwing: error)
                throw error
            }
        }
        for try await submission in answers { return submission }
        // A bare task: nobody waits for it any more.
        Task {
            switch try? await work.value {
            case .job(let id):
                try? await runs?.register(id, plan: plan, submittedAt: submittedAt)
                cancel(id)
            case .results(let document):
                if let id = Self.runID(in: document) { await runs?.close(id) }
            case .failed, nil: break
            }
        }
        throw CancellationError()
    }

    private static func runID(in document: RawJSON) -> RandomID? {
        document["run_id"]?.string.flatMap { RandomID($0) }
    }

    private func submit(_ plan: QueryPlan) async throws -> Submission {
        let answer = try await requests.send(.post, "jobs", body: Self.body(for: plan))
        if OrchestratorAnswers.isFailedJob(answer) { return .failed }
        guard answer.isSuccess else {
            if let refused = RefusedParts(answer, of: plan) { throw refused }
            throw OrchestratorProblem.error(answer)
        }
        let document = try await requests.read(answer.body.count) { try requests.document(answer) }
        if let results = OrchestratorAnswers.results(in: document) { return .results(results) }
        guard let id = (document["run_id"] ?? document["job_id"])?.string.flatMap({ RandomID($0) }) else {
            throw OrchestratorProblem.unavailable("it answered a submission with neither results nor a job id")
        }
        return .job(id)
    }

    private static func body(for plan: QueryPlan) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 1_024)
        writer.object { writer in
            writer.member("lif_query_plan", plan.json)
            writer.member(plan.via)
            writer.member("async", false)
        }
        return writer.bytes
    }

    /// Best effort: it is over for the caller, who does not wait for this.
    private func cancel(_ id: RandomID) {
        // Not structured: the calling task is cancelled, and would take the request along.
        Task { _ = try? await requests.send(.delete, "jobs/\(id)") }
    }
}
