import LIFJSON
import Testing

@testable import LIFOperators

@Suite struct AnswerBytesTests {
    @Test(
        "Null members go, at any depth, and everything else stays as written",
        arguments: [
            (#"{"a":null}"#, "{}"),
            (#"{"a":null,"b":1.0,"c":null}"#, #"{"b":1.0}"#),
            (#"{"a":1e0,"b":null}"#, #"{"a":1e0}"#),
            (#"[{"a":{"b":null,"c":[{"d":null}]}}]"#, #"[{"a":{"c":[{}]}}]"#),
            (#"[null,1,null]"#, "[null,1,null]"),
            (#"{"null":"null","x\"null":"a\\\"null,"}"#, #"{"null":"null","x\"null":"a\\\"null,"}"#),
            (#"{"a":[],"b":{},"c":""}"#, #"{"a":[],"b":{},"c":""}"#),
            (#"{"a":null,"b":null}"#, "{}"),
            ("null", "null"), (#""text""#, #""text""#), ("-0.50", "-0.50"), ("[]", "[]"),
            (#"{"a":1,"a":null,"b":true}"#, #"{"a":1,"b":true}"#),
            (#"{"u":"\u00e9\ud83c\udf93é","n":null}"#, #"{"u":"\u00e9\ud83c\udf93é"}"#),
        ])
    func withoutNulls(input: String, output: String) throws {
        #expect(try RawJSON(validating: Array(input.utf8)).withoutNullMembers.text == output)
    }

    @Test(
        "An answer is filled where it is null, from one to a narrower selection",
        arguments: [
            (#"{"a":null,"b":2}"#, #"{"a":{"c":1}}"#, #"{"a":{"c":1},"b":2}"#),
            (
                #"[{"r":{"i":1,"n":"x"}},{"r":null}]"#, #"[{"r":{"i":1}},{"r":{"i":2}}]"#,
                #"[{"r":{"i":1,"n":"x"}},{"r":{"i":2}}]"#
            ),
            (#"{"a":1.0}"#, #"{"a":null}"#, #"{"a":1.0}"#),
            ("null", "[1]", "[1]"),
            (#"{"a":null}"#, #"{"a":1,"a":2}"#, #"{"a":2}"#),
        ])
    func filled(earlier: String, later: String, joined: String) throws {
        let left = try RawJSON(validating: Array(earlier.utf8))
        let right = try RawJSON(validating: Array(later.utf8))
        #expect(try left.filled(from: right)?.text == joined)
    }

    @Test(
        "Answers about different data are not joined",
        arguments: [
            ("[1,2]", "[1]"), (#"{"a":[{}]}"#, #"{"a":{}}"#), (#"{"a":{}}"#, #"{"a":[{}]}"#),
            (#"{"a":{}}"#, #"{"a":1}"#), (#"{"a":[1]}"#, #"{"a":"text"}"#),
            (#"{"a":1}"#, #"{"a":{}}"#), (#"{"a":"text"}"#, #"{"a":[]}"#),
        ])
    func different(earlier: String, later: String) throws {
        let left = try RawJSON(validating: Array(earlier.utf8))
        #expect(try left.filled(from: RawJSON(validating: Array(later.utf8))) == nil)
    }

    @Test("An object of very many members is filled in one pass", .timeLimit(.minutes(1)))
    func manyMembers() throws {
        let members = (0..<200_000).map { #""m\#($0)":null"# }.joined(separator: ",")
        let object = try RawJSON(validating: Array("{\(members)}".utf8))
        #expect(try object.filled(from: object) == object)
    }

    @Test("A task that is cancelled does not go on filling")
    func cancelled() async throws {
        let list = try RawJSON(validating: Array("[[1],[2]]".utf8))
        let filling = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try list.filled(from: list)
        }
        await #expect(throws: CancellationError.self) { try await filling.value }
    }
}
