public import Foundation
public import LIFHTTP
import LIFJSON
public import LIFModel
import LIFWorkflow

/// Has plans run by an Orchestrator over HTTP: ours, or another that speaks the deployed contract (wire.md,
/// "Orchestrator").
///
/// It waits as long as its caller does. A caller that leaves has the job cancelled, as far as the orchestrator can and
/// its id is known. Nothing is asked twice but "is the result there".
public struct RemoteOrchestrator: PlanRunner {
    private let configuration: RemoteOrchestratorConfiguration
    private let http: NeighbourHTTP
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void

    /// What one request for a result asks the orchestrator to wait (RFC 7240).
    private static let wait = 10
    /// Between two requests for a result of an orchestrator that does not wait.
    private static let pause = Duration.milliseconds(250)

    /// - Parameter sleep: Waits; throws `CancellationError` when cancelled.
    public init(
        configuration: RemoteOrchestratorConfiguration, http: OutgoingHTTPClient,
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.configuration = configuration
        self.http = NeighbourHTTP(
            client: http, baseURL: configuration.baseURL, token: configuration.token,
            timeout: configuration.requestTimeout, maximumAnswerBytes: configuration.maximumAnswerBytes)
        self.now = now
        self.sleep = sleep
    }

    public func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let outcomes: [Int: Outcome]
        switch try await submit(plan) {
        case .results(let document): outcomes = try read(document, plan: plan)
        case .failed: outcomes = failed(plan)
        case .job(let id):
            do {
                outcomes = try await results(of: id).map { try read($0, plan: plan) } ?? failed(plan)
            } catch {
                cancel(id)
                throw error
            }
        }
        for index in plan.parts.indices {
            await land(index, outcomes[index] ?? missing())
        }
    }

    private enum Submission {
        case results(RawJSON)
        case job(JobID)
        /// It ran, and failed as a whole.
        case failed
    }

    private func submit(_ plan: QueryPlan) async throws -> Submission {
        let answer = try await send(.post, "jobs", body: Self.body(for: plan))
        if Self.isFailedJob(answer) { return .failed }
        guard answer.isSuccess else { throw OrchestratorProblem.error(answer) }
        let document = try document(answer)
        if let results = Self.results(in: document) { return .results(results) }
        guard let id = (document["run_id"] ?? document["job_id"])?.string.flatMap({ JobID($0) }) else {
            throw OrchestratorProblem.unavailable("it answered a submission with neither results nor a job id")
        }
        return .job(id)
    }

    private static func body(for plan: QueryPlan) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 1_024)
        writer.object { writer in
            writer.member("lif_query_plan", plan.json)
            writer.member("async", false)
        }
        return writer.bytes
    }

    /// Waits for a job's results; `nil` when the job failed as a whole.
    private func results(of id: JobID) async throws -> RawJSON? {
        while true {
            let answer = try await send(.get, "jobs/\(id)/result", headers: [("Prefer", "wait=\(Self.wait)")])
            switch answer.status {
            case 200..<300:
                let document = try document(answer)
                guard let results = Self.results(in: document) else {
                    throw OrchestratorProblem.unavailable("it answered a request for results with something else")
                }
                return results
            case 409:
                // Whoever answers at once does not know `Prefer: wait`, and is not to be asked without a pause.
                try await sleep(Self.pause)
                try Task.checkCancellation()
            case _ where Self.isFailedJob(answer): return nil
            default: throw OrchestratorProblem.error(answer)
            }
        }
    }

    /// Best effort: it is over for the caller, who does not wait for this.
    private func cancel(_ id: JobID) {
        // Not structured: the calling task is cancelled, and would take the request along.
        Task { _ = try? await send(.delete, "jobs/\(id)") }
    }

    private func send(
        _ method: OutgoingRequest.Method, _ path: String, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) async throws -> OutgoingResponse {
        try await http.send(method, path, headers: headers, body: body) { OrchestratorProblem.error($0) }
    }

    private func document(_ answer: OutgoingResponse) throws(LIFError) -> RawJSON {
        do {
            return try RawJSON(
                validating: answer.body, limits: JSONLimits(maximumBytes: configuration.maximumAnswerBytes))
        } catch {
            throw OrchestratorProblem.unavailable("its answer is not valid JSON")
        }
    }

    /// The job results themselves, or `{"job_id","result":…}` around them.
    private static func results(in document: RawJSON) -> RawJSON? {
        [document, document["result"]].compactMap(\.self).first { $0["query_plan_part_results"] != nil }
    }

    private static func isFailedJob(_ answer: OutgoingResponse) -> Bool {
        let code = (try? RawJSON(validating: answer.body))?["code"]?.string
        return answer.status == 502 && code == LIFError.Code.operatorException.rawValue
    }

    private func read(_ results: RawJSON, plan: QueryPlan) throws(LIFError) -> [Int: Outcome] {
        do {
            return try JobResults.outcomes(from: results, plan: plan, now: now())
        } catch {
            throw OrchestratorProblem.unavailable("its job results are not of the agreed shape")
        }
    }

    private func failed(_ plan: QueryPlan) -> [Int: Outcome] {
        let failure = Failure(.sourceError, "The orchestrator reports that the job failed.")
        let outcome = Outcome(.failed(failure), finishedAt: now(), duration: .zero)
        return Dictionary(uniqueKeysWithValues: plan.parts.indices.map { ($0, outcome) })
    }

    private func missing() -> Outcome {
        let failure = Failure(.invalidAnswer, "The orchestrator gave no result for this part.")
        return Outcome(.failed(failure), finishedAt: now(), duration: .zero)
    }
}
