public import LIFGraphQL
import LIFJSON

/// A partner's LIF API without its HTTP: answers GraphQL requests out of records.
///
/// `person(filter:)` gives the people that **any** of the filter's `Identifier` entries names, each once; an entry
/// without a type matches any type. An unknown learner gives an empty list. Without an entry that has an identifier
/// the answer is an error, never everyone's data.
public struct PartnerAPI: Sendable {
    /// The schema that requests are checked against and that introspection describes.
    public let schema: GraphQLSchema
    private let executor: GraphQLExecutor

    /// An API over records, in the types of a schema that was made for them.
    public init(records: PartnerRecords, schema: PartnerSchema) {
        self.schema = schema.schema
        executor = GraphQLExecutor(
            schema: schema.schema,
            resolvers: [
                "person": { arguments in
                    .array(records.people(matching: try Self.keys(arguments["filter"] ?? .null)))
                }
            ])
    }

    /// Answers one request. It never throws: what goes wrong stands in the answer's `errors`.
    public func answer(_ request: GraphQLRequest) async -> GraphQLResponse {
        await executor.execute(request)
    }

    private static func keys(_ filter: JSONValue) throws(GraphQLError) -> [PartnerRecords.Key] {
        let entries = filter["Identifier"]?.array ?? []
        guard !entries.isEmpty else {
            throw GraphQLError(
                "A filter that names the learner is required: "
                    + "person(filter: {Identifier: [{identifier: …, identifierType: …}]}).")
        }
        var keys: [PartnerRecords.Key] = []
        for entry in entries {
            guard let identifier = entry["identifier"]?.string, !identifier.isEmpty else {
                throw GraphQLError("Each Identifier of the filter must have an identifier.")
            }
            keys.append(
                PartnerRecords.Key(identifier: identifier, identifierType: entry["identifierType"]?.string))
        }
        return keys
    }
}
