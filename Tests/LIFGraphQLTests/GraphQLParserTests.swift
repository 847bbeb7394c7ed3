import LIFGraphQL
import Testing

@Suite("GraphQL parser")
struct GraphQLParserTests {
    @Test(
        "A syntax error says what was expected, what was found, and where",
        arguments: [
            ("{ person { Name ", "Expected Name, found <EOF>.", 1, 17),
            ("", "Unexpected <EOF>.", 1, 1),
            ("{", "Expected Name, found <EOF>.", 1, 2),
            ("{ }", "Expected Name, found '}'.", 1, 3),
            ("{ a(b: ) }", "Unexpected ')'.", 1, 8),
            ("query Q($n Int) { a }", "Expected ':', found Name 'Int'.", 1, 12),
            ("{\n  a\r\n  b: \n}", "Expected Name, found '}'.", 4, 1),
            ("fragment on on T { a }", "Unexpected Name 'on'.", 1, 10),
            ("fragment F T { a }", "Expected 'on', found Name 'T'.", 1, 12),
            ("type A { b: Int }", "Unexpected Name 'type'.", 1, 1),
            ("{ a } x", "Unexpected Name 'x'.", 1, 7),
            ("{ a(b: \"x) }", "Unterminated string.", 1, 13),
            ("{ a(b: \"\"\"x) }", "Unterminated string.", 1, 15),
            ("{ a(b: \"\\q\") }", "Invalid character escape sequence.", 1, 9),
            ("{ a(b: \"\\ud83d\") }", "Invalid Unicode escape sequence.", 1, 9),
            ("{ a(b: 01) }", "Invalid number, unexpected digit after 0.", 1, 9),
            ("{ a(b: 1.) }", "Invalid number, expected digit.", 1, 10),
            ("{ a(b: 1x) }", "Invalid number, expected digit.", 1, 9),
            ("{ a .. b }", "Unexpected character: '.'.", 1, 5),
            ("{ a(b: \"é\", c: ?) }", "Unexpected character.", 1, 16),
            ("{ ...on }", "Expected Name, found '}'.", 1, 9),
            ("query Q($a: Int = $b) { a }", "Unexpected variable '$b' in constant value.", 1, 19),
            ("{ a(b: [1 }) }", "Unexpected '}'.", 1, 11),
        ])
    func syntaxErrors(text: String, message: String, line: Int, column: Int) {
        let error = #expect(throws: GraphQLError.self) { try GraphQLDocument(parsing: text) }
        #expect(error?.message == "Syntax Error: \(message)")
        #expect(error?.locations == [GraphQLError.Location(line: line, column: column)])
    }

    @Test("Commas, comments, a byte order mark and every kind of definition are read")
    func wholeGrammar() throws {
        let document = try GraphQLDocument(
            parsing: """
                \u{FEFF}# a comment with { braces
                query A($a: [Int!]! = [1, 2], $b: In = {x: $NOT_HERE_BUT_A_STRING}) @d(x: 1) { a }
                """.replacing("$NOT_HERE_BUT_A_STRING", with: "\"s\"") + """

                    mutation B { x: y(a: {b: [true, false, null, ENUM, -1, 1.5e-3, \"\"\"block\"\"\"]}) { ...F @skip(if: true) } }
                    subscription C { ... { a } ... on T @include(if: false) { b, c } }
                    fragment F on T { on type query fragment true }
                    """)
        #expect(document.operationNames == ["A", "B", "C"])
    }

    @Test("Strings know their escapes, and block strings lose their common indentation")
    func strings() async throws {
        let answer = try await SampleSchema.answer(
            #"""
            { a: echo(text: "\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00\u{1F600}")
              b: echo(text: """

                 one
                   two \""" three

                 """) }
            """#)
        #expect(
            answer == #"{"data":{"a":{"text":"\"\\/\b\f\n\r\téé😀😀"},"b":{"text":"one\n  two \"\"\" three"}}}"#)
    }

    @Test("Syntax errors do not repeat strings and numbers")
    func noValuesInErrors() {
        for text in ["{ a(b: c \"secret\") }", "{ a(b: c 4711) }", "{ a(b: c \"\"\"secret\"\"\") }"] {
            let error = #expect(throws: GraphQLError.self) { try GraphQLDocument(parsing: text) }
            #expect(error?.message.contains("secret") == false && error?.message.contains("4711") == false)
        }
    }
}
