import LIFGraphQL
import LIFJSON
import Testing

@Suite("GraphQL introspection")
struct GraphQLIntrospectionTests {
    /// The query as graphql-js sends it with every option on.
    static let fullQuery = """
        query IntrospectionQuery {
          __schema {
            description
            queryType { name kind } mutationType { name kind } subscriptionType { name kind }
            types { ...FullType }
            directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
          }
        }
        fragment FullType on __Type {
          kind name description specifiedByURL isOneOf
          fields(includeDeprecated: true) {
            name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef }
            isDeprecated deprecationReason
          }
          inputFields(includeDeprecated: true) { ...InputValue }
          interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
          possibleTypes { ...TypeRef }
        }
        fragment InputValue on __InputValue {
          name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
        }
        fragment TypeRef on __Type {
          kind name
          ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
            ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
        }
        """

    @Test(
        "A schema read back from its own introspection is the same",
        arguments: [IntrospectionQuery.full.text, fullQuery])
    func roundTrip(query: String) async throws {
        let schema = try SampleSchema.make()
        let response = await (try SampleSchema.executor()).execute(GraphQLRequest(query: query))
        #expect(response.errors.isEmpty)
        let copy = try GraphQLSchema(introspection: try JSONParser.parse(Array(response.raw.bytes)))
        #expect(copy.types.map(\.name) == schema.types.map(\.name))
        for type in schema.types { #expect(copy.type(type.name) == type) }
        #expect(copy.directives.map(\.name) == schema.directives.map(\.name))
        #expect(copy.queryTypeName == "Query" && copy.mutationTypeName == nil)
    }

    @Test(
        "The smaller introspection queries give the same fields and values, the smallest without the deprecated ones",
        arguments: [IntrospectionQuery.shallow, .basic])
    func smaller(query: IntrospectionQuery) async throws {
        let schema = try SampleSchema.make()
        let response = await (try SampleSchema.executor()).execute(GraphQLRequest(query: query.text))
        #expect(response.errors.isEmpty)
        let copy = try GraphQLSchema(introspection: try JSONParser.parse(Array(response.raw.bytes)))
        for type in schema.types where !type.name.hasPrefix("__") {
            let fields = type.fields.filter { query == .shallow || $0.deprecationReason == nil }
            #expect(copy.type(type.name)?.fields.map(\.name) == fields.map(\.name))
            #expect(copy.type(type.name)?.fields.map(\.type) == fields.map(\.type))
            #expect(copy.type(type.name)?.fields.map(\.hasRequiredArgument) == fields.map(\.hasRequiredArgument))
            #expect(copy.type(type.name)?.enumValues.map(\.name) == type.enumValues.map(\.name))
            #expect(copy.type(type.name)?.inputFields.map(\.type) == type.inputFields.map(\.type))
        }
    }

    @Test("No introspection query asks for what old servers do not have, and the smaller ones are shallow")
    func oldServers() {
        for query in IntrospectionQuery.allCases {
            for word in ["specifiedByURL", "isRepeatable", "isOneOf", "inputFields(", "args("] {
                #expect(!query.text.contains(word))
            }
        }
        #expect(IntrospectionQuery.shallow.text.contains("includeDeprecated"))
        #expect(!IntrospectionQuery.basic.text.contains("includeDeprecated"))
        for query in [IntrospectionQuery.shallow, .basic] {
            #expect(query.text.split(separator: "ofType").count == 4)
        }
    }

    @Test("A single type shows its kind, fields and wrappers; deprecated fields only when asked for")
    func oneType() async throws {
        let answer = try await SampleSchema.answer(
            """
            { __type(name: "Query") { kind name fields { name type { kind name ofType { kind ofType { name } } } } }
              gone: __type(name: "Gone") { name }
              kind: __type(name: "Kind") { enumValues { name isDeprecated } fields { name } __typename } }
            """)
        let data = try #require(try JSONParser.parse(answer)["data"])
        #expect(data["gone"] == .null)
        #expect(data["kind"]?["fields"] == .null && data["kind"]?["__typename"] == "__Type")
        #expect(data["kind"]?["enumValues"]?.array?.first == ["name": "STUDENT", "isDeprecated": false])
        let fields = data["__type"]?["fields"]?.array ?? []
        #expect(fields.compactMap { $0["name"]?.string } == ["person", "echo", "strict", "broken"])
        #expect(
            fields.first?["type"] == [
                "kind": "NON_NULL", "name": nil, "ofType": ["kind": "LIST", "ofType": ["name": nil]],
            ])
    }

    @Test(
        "An introspection result that contradicts itself says how",
        arguments: [
            (#"{}"#, "The introspection result has no '__schema' with 'types'."),
            (#"{"errors":[{"message":"no"}]}"#, "The partner answered the introspection query with errors."),
            (#"{"__schema":{"types":[]}}"#, "The introspection result names no query type."),
            (
                #"{"__schema":{"queryType":{"name":"Q"},"types":[]}}"#,
                "The schema's root type 'Q' is not an object type that it defines."
            ),
            (
                #"{"__schema":{"queryType":{"name":"Q"},"types":[{"kind":"OBJECT","name":"Q","fields":[{"name":"a","type":{"kind":"OBJECT","name":"X"}}]}]}}"#,
                "The schema's type 'Q' refers to type 'X', which it does not define."
            ),
            (
                #"{"__schema":{"queryType":{"name":"Q"},"types":[{"kind":"OBJECT","name":"Q","fields":[{"name":"a b","type":{"kind":"OBJECT","name":"Q"}}]}]}}"#,
                "The introspection result has a field without a valid name."
            ),
            (
                #"{"__schema":{"queryType":{"name":"Q"},"types":[{"kind":"THING","name":"Q"}]}}"#,
                "The introspection result gives type 'Q' no kind that GraphQL knows."
            ),
            (
                #"{"__schema":{"queryType":{"name":"Q"},"types":[{"kind":"OBJECT","name":"Q"},{"kind":"OBJECT","name":"Q"}]}}"#,
                "The schema defines type 'Q' twice."
            ),
        ])
    func contradictions(text: String, message: String) throws {
        let value = try JSONParser.parse(text)
        let error = #expect(throws: GraphQLError.self) { try GraphQLSchema(introspection: value) }
        #expect(error?.message == message)
    }

    @Test("Interfaces and unions are read with the types that they may be, and a field of such a type is not executed")
    func abstractTypes() async throws {
        func type(_ kind: String, _ name: String, _ rest: String) -> String {
            #"{"kind":"\#(kind)","name":"\#(name)",\#(rest)}"#
        }
        func field(_ name: String, _ kind: String, _ type: String) -> String {
            #"{"name":"\#(name)","args":[],"type":{"kind":"\#(kind)","name":"\#(type)"}}"#
        }
        let possible = #""possibleTypes":[{"name":"A"},{"name":"B"}]"#
        let name = #""fields":[\#(field("name", "SCALAR", "String"))]"#
        let types = [
            type("OBJECT", "Query", #""fields":[\#(field("i", "INTERFACE", "I")),\#(field("u", "UNION", "U"))]"#),
            type("INTERFACE", "I", "\(name),\(possible)"), type("UNION", "U", possible), type("OBJECT", "A", name),
            type("OBJECT", "B", name), type("SCALAR", "String", #""description":null"#),
        ]
        let text =
            #"{"data":{"__schema":{"queryType":{"name":"Query"},"types":[\#(types.joined(separator: ","))],"directives":[]}}}"#
        let schema = try GraphQLSchema(introspection: try JSONParser.parse(Array(text.utf8)))
        #expect(schema.type("I")?.kind == .interface(possibleTypes: ["A", "B"]))
        #expect(schema.type("I")?.fields.map(\.name) == ["name"])
        #expect(schema.type("U")?.kind == .union(possibleTypes: ["A", "B"]))
        let executor = GraphQLExecutor(schema: schema, resolvers: [:])
        for (field, name) in [("i", "I"), ("u", "U")] {
            let response = await executor.execute(GraphQLRequest(query: "{ \(field) { __typename } }"))
            #expect(
                response.errors.map(\.message)
                    == ["Field '\(field)' is of the abstract type '\(name)', which is not supported here."])
        }
    }
}
