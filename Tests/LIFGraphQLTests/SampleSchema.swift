import LIFGraphQL
import LIFJSON

/// A small schema with something of every kind.
enum SampleSchema {
    static func make() throws -> GraphQLSchema {
        try GraphQLSchema(
            query: "Query",
            types: [
                .object(
                    "Query",
                    fields: [
                        GraphQLField(
                            "person", .nonNull(.list(.nonNull(.named("Person")))),
                            arguments: [GraphQLInputValue("filter", .named("Filter"), defaultValue: "null")]),
                        GraphQLField(
                            "echo", .named("Any"),
                            arguments: [
                                GraphQLInputValue("text", .named("String"), defaultValue: "\"default\""),
                                GraphQLInputValue("count", .named("Int")),
                                GraphQLInputValue("kind", .named("Kind")),
                                GraphQLInputValue("kinds", .list(.nonNull(.named("Kind")))),
                                GraphQLInputValue("any", .named("Any")),
                            ]),
                        GraphQLField(
                            "strict", .named("String"),
                            arguments: [GraphQLInputValue("id", .nonNull(.named("ID")))]),
                        GraphQLField("broken", .named("String")),
                        GraphQLField("old", .named("String"), deprecationReason: "Use echo."),
                    ]),
                .object(
                    "Person",
                    fields: [
                        GraphQLField("name", .nonNull(.named("String"))),
                        GraphQLField("nick", .named("String")),
                        GraphQLField("credits", .named("Float")),
                        GraphQLField("age", .named("Int")),
                        GraphQLField("active", .named("Boolean")),
                        GraphQLField("anything", .named("Any")),
                        GraphQLField("kind", .named("Kind")),
                        GraphQLField("friends", .list(.nonNull(.named("Person")))),
                        GraphQLField("looseFriends", .list(.named("Person"))),
                        GraphQLField("best", .named("Person")),
                    ]),
                .enumeration("Kind", values: ["STUDENT", "TEACHER"]),
                .scalar("Any"),
                .inputObject(
                    "Filter",
                    fields: [
                        GraphQLInputValue("Identifier", .list(.nonNull(.named("IdentifierFilter")))),
                        GraphQLInputValue("limit", .named("Int"), defaultValue: "10"),
                    ]),
                .inputObject(
                    "IdentifierFilter",
                    fields: [
                        GraphQLInputValue("identifier", .nonNull(.named("String"))),
                        GraphQLInputValue("kind", .named("Kind"), defaultValue: "STUDENT"),
                    ]),
            ])
    }

    static let people: JSONValue = [
        [
            "name": "Ünal", "age": 31, "active": true, "kind": "STUDENT",
            "friends": [["name": "Bo"], ["name": "Cy"]], "best": ["name": "Bo", "best": ["name": "Ünal"]],
        ]
    ]

    /// An executor whose `echo` gives back its arguments.
    static func executor(people: JSONValue = people, limits: GraphQLLimits = .standard) throws -> GraphQLExecutor {
        struct Secret: Error {}
        return GraphQLExecutor(
            schema: try make(),
            resolvers: [
                "person": { _ in people },
                "echo": { arguments in .object(arguments) },
                "strict": { arguments in arguments["id"] ?? .null },
                "broken": { _ in throw Secret() },
            ], limits: limits)
    }

    /// The answer's text to a query with JSON variables.
    static func answer(
        _ query: String, variables: String = "{}", operation: String? = nil, people: JSONValue = people,
        limits: GraphQLLimits = .standard
    ) async throws -> String {
        let variables = try JSONParser.parse(variables).object ?? JSONObject()
        let request = GraphQLRequest(query: query, variables: variables, operationName: operation)
        return await (try executor(people: people, limits: limits)).execute(request).raw.text
    }

    /// The message of the answer's only error.
    static func complaint(_ query: String, variables: String = "{}") async throws -> String? {
        let text = try await answer(query, variables: variables)
        let errors = try JSONParser.parse(text)["errors"]?.array ?? []
        return errors.count == 1 ? errors.first?["message"]?.string : "\(errors.count) errors: \(text)"
    }
}
