import LIFGraphQL
import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import Synchronization

@testable import LIFOperators

/// A partner's LIF API over a schema: it executes queries for real, over persons that it knows by identifier.
struct GraphQLPartner: Sendable {
    let schema: GraphQLSchema
    /// By `identifier`.
    let persons: [String: JSONValue]
    /// Sent instead of the schema's own introspection.
    var introspection: [UInt8]?

    func answer(_ asked: SourceServer.Asked) async throws -> SourceServer.Reply {
        let request = try GraphQLRequest(body: asked.json.value())
        if let introspection, request.query.contains("__schema") {
            return SourceServer.Reply(status: 200, body: introspection)
        }
        let executor = GraphQLExecutor(schema: schema, resolvers: ["person": { person(arguments: $0) }])
        return .json(await executor.execute(request).raw)
    }

    private func person(arguments: JSONObject) -> JSONValue {
        guard let filter = arguments["filter"]?["Identifier"] else { return [] }
        let wanted = filter.array?.first ?? filter
        guard wanted["identifierType"] == "SCHOOL_ASSIGNED_NUMBER", let identifier = wanted["identifier"]?.string else {
            return []
        }
        return .array(persons[identifier].map { [$0] } ?? [])
    }
}

extension SourceServer {
    /// The operator of a partner at `/graphql` of this server.
    func partner(
        token: String? = nil, authorization: LIFToLIFConfiguration.Authorization = .bearer,
        maximumAnswerBytes: Int = 16 << 20, requestTimeout: Duration = .seconds(30), model: PersonModel = .standard
    ) -> LIFToLIFOperator {
        LIFToLIFOperator(
            configuration: LIFToLIFConfiguration(
                endpoint: url + "/graphql", token: token.map(Secret.init), authorization: authorization,
                maximumAnswerBytes: maximumAnswerBytes),
            http: OutgoingHTTPClient(), requestTimeout: requestTimeout, model: { model })
    }

    /// The bodies of the requests that were no introspection.
    var queries: [RawJSON] { asked.map(\.json).filter { $0["query"]?.string?.contains("__schema") == false } }
}
