import LIFGraphQL
import LIFJSON
import Testing

@Suite("A GraphQL request that is exactly as large as is allowed, and one larger")
struct GraphQLExactLimitTests {
    struct Limit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let query: String
        /// What it takes of the limit.
        let size: Int
        let limits: @Sendable (Int) -> GraphQLLimits
    }

    private static let query = "{ person { name } }"

    private static let all = [
        Limit(testDescription: "bytes", query: query, size: 19) { GraphQLLimits(maximumBytes: $0) },
        // The end is one.
        Limit(testDescription: "tokens", query: query, size: 7) { GraphQLLimits(maximumTokens: $0) },
        Limit(
            testDescription: "definitions", query: "{ person { ...A } } fragment A on Person { name }", size: 2
        ) { GraphQLLimits(maximumDefinitions: $0) },
        Limit(testDescription: "depth", query: query, size: 2) { GraphQLLimits(maximumDepth: $0) },
        Limit(
            testDescription: "depth with a fragment in its place",
            query: "{ person { ...A } } fragment A on Person { best { best { name } } }", size: 4
        ) { GraphQLLimits(maximumDepth: $0) },
        Limit(testDescription: "bytes of a name", query: query, size: 6) { GraphQLLimits(maximumNameBytes: $0) },
        Limit(testDescription: "fields", query: query, size: 2) { GraphQLLimits(maximumFields: $0) },
        Limit(
            testDescription: "fields with a fragment in its place",
            query: "{ a: person { ...A } b: person { ...A } } fragment A on Person { name age }", size: 8
        ) { GraphQLLimits(maximumFields: $0) },
    ]

    @Test("Each limit allows what it says", arguments: all)
    func limit(_ limit: Limit) async throws {
        for (allowed, isTaken) in [(limit.size, true), (limit.size - 1, false)] {
            let answer = try JSONParser.parse(
                try await SampleSchema.answer(limit.query, limits: limit.limits(allowed)))
            #expect((answer["errors"] == nil) == isTaken, "\(allowed)")
            #expect((answer["data"]?.isNull ?? true) == !isTaken, "\(allowed)")
        }
    }

    @Test("An answer with as many values as the limit is read; with a limit of one less it is refused")
    func values() async throws {
        // The list, the person, and the name; those that may not be null count for both.
        let least = try await smallest { GraphQLLimits(maximumResultValues: $0) }
        let answer = try await SampleSchema.answer(
            Self.query, limits: GraphQLLimits(maximumResultValues: least - 1))
        #expect(
            answer == #"{"data":null,"errors":[{"message":"The answer has more than \#(least - 1) values."}]}"#)
        // One name more takes as many more as one name takes.
        let twice = try await SampleSchema.answer(
            "{ person { name other: name } }", limits: GraphQLLimits(maximumResultValues: least))
        #expect(twice.contains("more than \(least) values"))
    }

    private func smallest(_ limits: (Int) -> GraphQLLimits) async throws -> Int {
        var size = 1
        while try await SampleSchema.answer(Self.query, limits: limits(size)).contains("errors") { size += 1 }
        return size
    }

    @Test("Errors of a document, and of an answer")
    func errors() async throws {
        func count(_ query: String) async throws -> Int {
            let answer = try JSONParser.parse(
                try await SampleSchema.answer(query, limits: GraphQLLimits(maximumErrors: 3)))
            return answer["errors"]?.array?.count ?? 0
        }
        // The last one says that there are more.
        #expect(try await count("{ a b c }") == 3)
        #expect(try await count("{ a b c d }") == 4)
        #expect(try await count("{ a b c d e }") == 4)
        let broken = "{ a: broken b: broken c: broken"
        #expect(try await count(broken + " }") == 3)
        #expect(try await count(broken + " d: broken }") == 3)
    }
}
