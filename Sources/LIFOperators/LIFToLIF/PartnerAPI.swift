import LIFConcurrency
import LIFGraphQL
import LIFHTTP
import LIFJSON
import LIFModel
import LIFWorkflow

/// A partner's GraphQL endpoint.
struct PartnerAPI: Sendable {
    private let endpoint: String
    private let headers: [(name: String, value: String)]
    private let http: SourceHTTP
    private let secrets: [String]

    init(configuration: LIFToLIFConfiguration, http: OutgoingHTTPClient, timeout: Duration) {
        endpoint = configuration.endpoint
        var headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        if let token = configuration.token {
            switch configuration.authorization {
            case .bearer: headers.append(("Authorization", "Bearer \(token.reveal())"))
            case .apiKey: headers.append(("X-API-Key", token.reveal()))
            }
        }
        self.headers = headers
        secrets = configuration.token.map { [$0.reveal()] } ?? []
        self.http = SourceHTTP(client: http, maximumAnswerBytes: configuration.maximumAnswerBytes, timeout: timeout)
    }

    /// - Parameter via: The planners that a query came through, so that the partner does not ask them in turn.
    /// - Returns: What `body(of:)` reads.
    /// - Throws: `OperatorException`; `CancellationError`.
    func answer(
        to request: RawJSON, via: FederationPath = FederationPath(), trace: OperatorTrace? = nil
    ) async throws -> OutgoingResponse {
        var headers = headers
        if !via.isDirect { headers.append((FederationPath.headerName, via.headerValue)) }
        if let trace { show(request, headers, in: trace) }
        let answer = try await send(request, headers)
        trace?.answer(answer, hiding: secrets)
        return answer
    }

    private func show(
        _ request: RawJSON, _ headers: [(name: String, value: String)], in trace: OperatorTrace
    ) {
        let lines = headers.map { header in
            secrets.reduce("\(header.name): \(header.value)") {
                $0.replacing($1, with: OperatorTrace.hidden)
            }
        }
        trace.request("POST \(endpoint)", lines: lines, body: Array(request.bytes), hiding: secrets)
    }

    private func send(_ request: RawJSON, _ headers: [(name: String, value: String)]) async throws -> OutgoingResponse {
        try await http.send(.post, endpoint, headers: headers, body: Array(request.bytes))
    }

    /// - Returns: The body of a GraphQL answer, checked to be JSON and nothing more. A LIF API answers with HTTP 200;
    ///   newer GraphQL services refuse a query with 400 and `errors`.
    func body(of answer: OutgoingResponse) throws(LIFError) -> RawJSON {
        if answer.status == 200 { return try http.json(answer) }
        if answer.status == 400, let body = try? http.json(answer), body["errors"]?.isArray == true { return body }
        throw SourceFailure.status(answer)
    }
}

/// Introspection.
extension PartnerAPI {
    /// The partner's schema by introspection, with one query after the other until one is answered; or else, where the
    /// partner answers queries but no introspection, the schema that our data model would have there.
    ///
    /// - Throws: `OperatorException`, with reason `invalid-answer` when it is not the schema of a LIF API;
    ///   `CancellationError`.
    func schema(_ model: PersonModel) async throws -> PartnerSchema {
        var answersQueries = false
        for query in IntrospectionQuery.allCases {
            switch try await introspect(query) {
            case .schema(let schema): return try PartnerSchema(schema, query)
            case .refused: continue
            case .refusedRequest:
                // That may be about introspection, or about each request of ours.
                if !answersQueries { try await probe() }
                answersQueries = true
            }
        }
        if !answersQueries { try await probe() }
        return try PartnerSchema(model)
    }

    /// Many times what a LIF API's schema has.
    private static let maximumSchemaBytes = 4 << 20

    private enum Introspection {
        case schema(GraphQLSchema)
        case refused
        /// Refused with an HTTP status, and not in GraphQL's words.
        case refusedRequest
    }

    private func introspect(_ query: IntrospectionQuery) async throws -> Introspection {
        let request = Self.request(IntrospectionQuery.operationName, query.text)
        let answer: OutgoingResponse
        do {
            answer = try await send(request, headers)
        } catch let error as LIFError where error.reason == .answerTooLarge {
            return .refused
        }
        if answer.body.count > Self.maximumSchemaBytes { return .refused }
        return try await LargeAnswers.shared.read(answer.body.count, of: endpoint) { try introspection(answer) }
    }

    private func introspection(_ answer: OutgoingResponse) throws -> Introspection {
        let body: RawJSON
        do {
            body = try self.body(of: answer)
        } catch {
            // A partner that is away, or refuses our credential, says so to the probe as well.
            if (400..<600).contains(answer.status), ![401, 408, 429, 503].contains(answer.status) {
                return .refusedRequest
            }
            throw error
        }
        guard body["data"] != nil || body["errors"] != nil else { throw Self.notGraphQL }
        do {
            return .schema(try GraphQLSchema(introspection: body))
        } catch {
            return .refused
        }
    }

    /// Asks for nothing that needs introspection, or any learner.
    private func probe() async throws {
        let body = try await body(of: answer(to: Self.request("LIF", "query LIF { __typename }")))
        guard body["data"] != nil || body["errors"] != nil else { throw Self.notGraphQL }
    }

    private static func request(_ name: String, _ query: String) -> RawJSON {
        var writer = JSONWriter(reservingCapacity: 2_048)
        writer.object { writer in
            writer.member("operationName", name)
            writer.member("query", query)
        }
        return writer.raw
    }

    private static let notGraphQL = LIFError.source(
        .invalidAnswer, "The partner's answer is not one that a GraphQL service gives. Check its address.")
}
