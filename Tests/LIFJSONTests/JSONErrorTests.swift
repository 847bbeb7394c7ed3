import LIFJSON
import Testing

@Suite("Errors of the parser")
struct JSONErrorTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let kind: JSONError.Kind
        let line: Int
        let column: Int
        var testDescription: String { text }

        init(_ text: String, _ kind: JSONError.Kind, _ line: Int, _ column: Int) {
            self.text = text
            self.kind = kind
            self.line = line
            self.column = column
        }
    }

    private static let cases: [Case] = [
        Case("", .unexpectedEnd, 1, 1),
        Case(" \n ", .unexpectedEnd, 2, 2),
        Case("{\n  \"a\": nul\n}", .expected("a value"), 2, 8),
        Case("{\"a\" 1}", .expected("':'"), 1, 6),
        Case("{\"a\":1 \"b\":2}", .expected("',' or '}'"), 1, 8),
        Case("[1 2]", .expected("',' or ']'"), 1, 4),
        Case("[1,]", .expected("a value"), 1, 4),
        Case("{\"a\":1,}", .expected("a string"), 1, 8),
        Case("{1:2}", .expected("a string"), 1, 2),
        Case("[1,\n2", .unexpectedEnd, 2, 2),
        Case("\"abc", .unexpectedEnd, 1, 5),
        Case("tru", .unexpectedEnd, 1, 4),
        Case("[01]", .expected("',' or ']'"), 1, 3),
        Case("[-]", .invalidNumber, 1, 3),
        Case("[1.]", .invalidNumber, 1, 4),
        Case("[1e+]", .invalidNumber, 1, 5),
        Case("[\"\\x\"]", .invalidEscape, 1, 3),
        Case("[\"\\ud800\"]", .invalidEscape, 1, 3),
        Case("[\"\\ude00\"]", .invalidEscape, 1, 3),
        Case("[\"\\ud800\\u0041\"]", .invalidEscape, 1, 3),
        Case("[\"a\tb\"]", .controlCharacter, 1, 4),
        Case("1 2", .trailingContent, 1, 3),
        Case("[1]\n\n]", .trailingContent, 3, 1),
        Case("\u{FEFF}[]", .expected("a value"), 1, 1),
        Case("[\u{0}]", .expected("a value"), 1, 2),
    ]

    @Test("Each error names its kind and the place of the first byte that does not fit", arguments: cases)
    private func place(expected: Case) throws {
        let parsed = try #require(throws: JSONError.self) { try JSONParser.parse(expected.text) }
        #expect(parsed.kind == expected.kind)
        #expect(parsed.line == expected.line)
        #expect(parsed.column == expected.column)
        let validated = #expect(throws: JSONError.self) { try RawJSON(validating: Array(expected.text.utf8)) }
        #expect(validated == parsed)
    }

    @Test("Bytes that are not UTF-8 are refused where they stand")
    func invalidUTF8() throws {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            let error = try #require(throws: JSONError.self) { try JSONParser.parse(bytes) }
            #expect(error.kind == .invalidUTF8)
            #expect(error.offset == 1)
        }
    }

    @Test("A description has kind and place, and never what the text holds")
    func description() throws {
        let secret = "Renee-100001"
        let texts = [
            "{\"\(secret)\" \"\(secret)\"}", "[\(secret)]", "\"\(secret)", "[\"\(secret)\\x\"]", "\"\(secret)\" 1",
            "\"\(secret)\n\"",
        ]
        for text in texts {
            let error = try #require(throws: JSONError.self) { try JSONParser.parse(text) }
            for description in [error.description, String(describing: error), String(reflecting: error)] {
                #expect(!description.contains(secret) && !description.contains("100001"))
            }
            #expect(error.description.contains("at line 1, column "))
        }
        let error = try #require(throws: JSONError.self) { try JSONParser.parse("[1 2]") }
        #expect(error.description == "expected ',' or ']' at line 1, column 4")
    }
}
