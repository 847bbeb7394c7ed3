import LIFGraphQL
import LIFHTTP
import LIFJSON
import LIFModel

/// A partner's GraphQL endpoint.
struct PartnerAPI: Sendable {
    private let endpoint: String
    private let headers: [(name: String, value: String)]
    private let http: SourceHTTP

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
        self.http = SourceHTTP(client: http, maximumAnswerBytes: configuration.maximumAnswerBytes, timeout: timeout)
    }

    /// - Parameter via: The planners that a query came through, so that the partner does not ask them in turn.
    /// - Returns: The body of a GraphQL answer, checked to be JSON and nothing more. A LIF API answers with HTTP 200;
    ///   newer GraphQL services refuse a query with 400 and `errors`.
    /// - Throws: `OperatorException`; `CancellationError`.
    func answer(to request: RawJSON, via: FederationPath = FederationPath()) async throws -> RawJSON {
        var headers = headers
        if !via.isDirect { headers.append((FederationPath.headerName, via.headerValue)) }
        let answer = try await http.send(.post, endpoint, headers: headers, body: Array(request.bytes))
        if answer.status == 200 { return try http.json(answer) }
        if answer.status == 400, let body = try? http.json(answer), body["errors"]?.isArray == true { return body }
        throw SourceFailure.status(answer.status)
    }

    /// Reads the partner's schema by introspection.
    ///
    /// - Throws: `OperatorException`, with reason `invalid-answer` when it is not the schema of a LIF API;
    ///   `CancellationError`.
    func schema() async throws -> PartnerSchema {
        var writer = JSONWriter(reservingCapacity: 2_048)
        writer.object { writer in
            writer.member("operationName", IntrospectionQuery.operationName)
            writer.member("query", IntrospectionQuery.text)
        }
        let answer = try await answer(to: writer.raw)
        let schema: GraphQLSchema
        do {
            schema = try GraphQLSchema(introspection: answer.value())
        } catch {
            throw LIFError.source(
                .invalidAnswer,
                "The partner does not tell its GraphQL schema by introspection. Check its address, and "
                    + "that introspection is allowed for our credential.",
                cause: error)
        }
        return try PartnerSchema(schema)
    }
}
