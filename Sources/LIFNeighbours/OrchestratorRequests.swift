import LIFConcurrency
import LIFHTTP
import LIFJSON
import LIFModel

/// Requests to one orchestrator.
struct OrchestratorRequests: Sendable {
    private let http: NeighbourHTTP
    private let maximumAnswerBytes: Int
    /// What one request for a result asks the orchestrator to wait (RFC 7240), in seconds.
    let wait: Int

    init(configuration: RemoteOrchestratorConfiguration, http: OutgoingHTTPClient) {
        self.http = NeighbourHTTP(
            client: http, baseURL: configuration.baseURL, token: configuration.token,
            timeout: configuration.requestTimeout, maximumAnswerBytes: configuration.maximumAnswerBytes)
        maximumAnswerBytes = configuration.maximumAnswerBytes
        wait = min(10, Int(configuration.requestTimeout.inSeconds / 2))
    }

    /// - Throws: `LIFError` when there was no answer; `CancellationError`.
    func send(
        _ method: OutgoingRequest.Method, _ path: String, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) async throws -> OutgoingResponse {
        try await http.send(method, path, headers: headers, body: body) { OrchestratorProblem.error($0) }
    }

    /// As `send`, and throws `OrchestratorOutage` for what may pass.
    func poll(_ path: String, headers: [(name: String, value: String)] = []) async throws -> OutgoingResponse {
        let answer = try await http.send(.get, path, headers: headers) { error -> any Error in
            let error = OrchestratorProblem.error(error)
            return error.isRetryable ? OrchestratorOutage(error) : error
        }
        if HTTPFailure(answer, of: .neighbour).isRetryable, !OrchestratorAnswers.isFailedJob(answer) {
            throw OrchestratorOutage(OrchestratorProblem.error(answer))
        }
        return answer
    }

    /// Reads a document of the orchestrator's, as `LargeAnswers` lets it.
    func read<Value>(_ bytes: Int, _ work: () throws -> Value) async throws -> Value {
        try await LargeAnswers.shared.read(bytes, of: http.baseURL, work)
    }

    func document(_ answer: OutgoingResponse) throws(LIFError) -> RawJSON {
        do {
            return try RawJSON(validating: answer.body, limits: JSONLimits(maximumBytes: maximumAnswerBytes))
        } catch {
            throw OrchestratorProblem.unavailable("its answer is not valid JSON")
        }
    }
}

/// The orchestrator could not be asked just now.
struct OrchestratorOutage: Error {
    /// What it is when it lasts.
    let error: LIFError

    init(_ error: LIFError) { self.error = error }
}
