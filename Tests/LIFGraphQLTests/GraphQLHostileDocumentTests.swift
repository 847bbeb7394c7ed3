import LIFGraphQL
import LIFJSON
import Testing

@Suite("Hostile GraphQL documents")
struct GraphQLHostileDocumentTests {
    static let documents: [(String, String)] = [
        ("100,000 open braces", String(repeating: "{", count: 100_000)),
        ("100,000 nested fields", String(repeating: "{a", count: 100_000)),
        ("100,000 nested lists", "{ a(b: " + String(repeating: "[", count: 100_000)),
        ("100,000 nested objects", "{ a(b: " + String(repeating: "{a:", count: 100_000)),
        ("100,000 nested list types", "query($a: " + String(repeating: "[", count: 100_000)),
        ("100,000 inline fragments", "{" + String(repeating: "...{", count: 100_000)),
        ("a megabyte of one name", String(repeating: "a", count: 1 << 20)),
        ("a megabyte of names", "{" + String(repeating: "a ", count: 500_000) + "}"),
        ("more than a megabyte", String(repeating: " ", count: (1 << 20) + 1)),
        ("a megabyte of a string", "{ a(b: \"" + String(repeating: "x", count: 1_000_000)),
        ("20,000 fragments", (0..<20_000).map { "fragment f\($0) on Query { ...f\($0 + 1) }" }.joined(separator: " ")),
        ("20,000 unknown fields", "{" + (0..<20_000).map { "ech\($0) " }.joined() + "}"),
        ("20,000 variables", "query(" + (0..<20_000).map { "$v\($0): Int " }.joined() + ") { echo }"),
        (
            "fragments that double at each level",
            (0..<40).map {
                "fragment f\($0) on Person { a: best { ...f\($0 + 1) } b: best { ...f\($0 + 1) } }"
            }.joined(separator: " ") + " fragment f40 on Person { name } { person { ...f0 } }"
        ),
        (
            "a chain of 500 fragments",
            (0..<500).map { "fragment f\($0) on Person { ...f\($0 + 1) }" }.joined(separator: " ")
                + " fragment f500 on Person { name } { person { ...f0 } }"
        ),
        (
            "a circle of 900 fragments",
            (0..<900).map { "fragment f\($0) on Person { ...f\(($0 + 1) % 900) }" }.joined(separator: " ")
                + " { person { ...f0 } }"
        ),
        ("control characters", "{ a\u{0} }"),
        ("a surrogate half", #"{ echo(text: "\udc00") }"#),
    ]

    @Test("End with an error and no data", arguments: documents.indices)
    func hostile(index: Int) async throws {
        let (name, text) = Self.documents[index]
        let response = await (try SampleSchema.executor()).execute(GraphQLRequest(query: text))
        #expect(response.data == .null, "\(name)")
        #expect(!response.errors.isEmpty && response.errors.count <= 101, "\(name)")
        #expect(response.errors.allSatisfy { $0.message.utf8.count < 20_000 }, "\(name)")
    }

    @Test("An answer that grows by aliases ends at the limit of its values")
    func manyAliases() async throws {
        let people = JSONValue.array(Array(repeating: ["name": "x"], count: 1_000))
        let query = "{" + (0..<100).map { "a\($0): person { name } " }.joined() + "}"
        let limits = GraphQLLimits(maximumResultValues: 10_000)
        let answer = try await SampleSchema.answer(query, people: people, limits: limits)
        #expect(answer == #"{"data":null,"errors":[{"message":"The answer has more than 10000 values."}]}"#)
    }

    @Test("Variables nested deeper than the limit are refused")
    func deepVariables() async throws {
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        let answer = try await SampleSchema.complaint(
            "query($k: [Kind!]) { echo(kinds: $k) }", variables: "{\"k\":\(deep)}")
        #expect(answer == "Variable '$k' got invalid value at 'k[0]'; Enum 'Kind' cannot represent non-string value.")
    }

    @Test("A schema whose defaults go round in a circle is an error and not a crash")
    func circularDefaults() async throws {
        let schema = try GraphQLSchema(
            query: "Query",
            types: [
                .object(
                    "Query",
                    fields: [
                        GraphQLField("a", .named("String"), arguments: [GraphQLInputValue("in", .named("In"))])
                    ]),
                .inputObject("In", fields: [GraphQLInputValue("self", .named("In"), defaultValue: "{}")]),
            ])
        let executor = GraphQLExecutor(schema: schema, resolvers: [:])
        let response = await executor.execute(GraphQLRequest(query: "{ a(in: {}) }"))
        #expect(response.errors.count == 1)
    }
}
