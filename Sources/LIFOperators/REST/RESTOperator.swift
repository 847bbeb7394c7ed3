import LIFConcurrency
public import LIFHTTP
import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Fetches from a REST source, wholly as its configuration says (adapter `rest`, and the preset
/// `example-data-source-rest-api-to-lif`).
public struct RESTOperator: TaskOperator {
    private let configuration: RESTConfiguration
    private let http: SourceHTTP

    /// An operator for one source. Nothing is sent here.
    ///
    /// - Parameter requestTimeout: For one request; the time-out of the task, over all attempts, is `TaskRunner`'s.
    public init(
        configuration: RESTConfiguration, http: OutgoingHTTPClient, requestTimeout: Duration = .seconds(60)
    ) {
        self.configuration = configuration
        self.http = SourceHTTP(
            client: http, maximumAnswerBytes: configuration.maximumAnswerBytes, timeout: requestTimeout)
    }

    /// Sends one request for the learner and maps the answer to fragments.
    ///
    /// A status of `notFoundStatuses` is a learner who is not known; 204 is one who is known and has no data.
    ///
    /// - Throws: `LIFError` `OperatorException`, for any other status than 200 to 299 and for an answer that is no JSON or does
    ///   not fit the mapping; `CancellationError`.
    public func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let request = try RESTRequest(for: part.learner, configuration: configuration)
        if let trace = context.trace { try show(request, for: part.learner, in: trace) }
        let answer = try await http.send(
            request.method, request.url, headers: request.headers, body: request.body)
        context.trace?.answer(answer, hiding: configuration.secrets)
        if configuration.notFoundStatuses.contains(answer.status) { return OperatorReport(learnerKnown: false) }
        guard answer.isSuccess else { throw SourceFailure.status(answer) }
        if answer.status == 204 { return OperatorReport(learnerKnown: true) }
        return try await LargeAnswers.shared.read(answer.body.count, of: part.informationSourceID) {
            try await configuration.answer.deliver(http.json(answer), for: part, log: context.log, emit: emit)
        }
    }

    private func show(_ request: RESTRequest, for learner: LearnerIdentifier, in trace: OperatorTrace) throws {
        let shown = try RESTRequest(for: learner, configuration: configuration, hidesSecrets: true)
        var lines = shown.headers.map { "\($0.name): \($0.value)" }
        if shown.url.hasPrefix(OperatorTrace.hidden), let root = request.url.hostRoot {
            // Where it goes is no secret.
            lines.insert("to \(root)", at: 0)
        }
        trace.request(
            "\(shown.method.rawValue) \(shown.url)", lines: lines, body: shown.body, hiding: configuration.secrets)
    }

    /// Asks the configured URL, or else the root of the source's host, where any answer but a refusal will do.
    public func check() async throws -> String {
        let check = configuration.checkURL?.filled(identifier: "", identifierType: "")
        guard let url = check ?? configuration.url.filled(identifier: "", identifierType: "").hostRoot else {
            throw LIFError.source(
                .internal, "The URL of this source is not absolute. Begin it with http:// or https://.")
        }
        // Headers in which a learner stands say nothing without one.
        let headers = configuration.headers.filter(\.value.isConstant).map {
            (name: $0.name, value: $0.value.filled(identifier: "", identifierType: ""))
        }
        let answer = try await http.send(.get, url, headers: headers)
        let status = answer.status
        if [401, 403].contains(status) || check != nil && !(200..<300).contains(status) {
            throw SourceFailure.status(answer)
        }
        return "answers (HTTP \(status))"
    }
}
