import JSONPath
import Testing

@Suite("Errors of JSONPath queries")
struct QueryErrorTests {
    @Test(
        "A malformed query is refused at its first byte that does not fit, with what was expected",
        arguments: [
            ("", 0, "'$', where every query starts"), ("a", 0, "'$', where every query starts"),
            ("$.", 2, "a member name or '*'"), ("$..", 3, "a member name, '*' or '['"),
            ("$ ", 1, "'.', '[' or the end of the query"), ("$.a b", 3, "'.', '[' or the end of the query"),
            ("$[", 2, "a name in quotes, an index, a slice, '*' or a filter"), ("$['a'", 5, "',' or ']'"),
            ("$['a", 4, "a closing quote"), ("$[01]", 3, "no digit after a leading zero"),
            ("$[-0]", 3, "a digit from 1 to 9"), ("$['\\x']", 4, "one of b, f, n, r, t, u, /"),
            ("$['\\u12']", 7, "four hexadecimal digits"), ("$['\\uDC00']", 5, "a high surrogate before a low one"),
            ("$['\\uD800']", 9, "the low surrogate"), ("$['\\uD800\\u0041']", 11, "the low surrogate"),
            ("$[?@.a", 6, "',' or ']'"), ("$[?(@.a]", 7, "')', '&&' or '||'"), ("$[?1]", 4, "a comparison"),
            ("$[?@.a==]", 8, "'@', '$', a literal"), ("$[?nope(@)]", 3, "one of the functions"),
            ("$[?True]", 3, "'@', '$', a literal"), ("$[?truth]", 3, "true, false, null"),
            ("$[?!@.a==1]", 7, "',' or ']'"), ("$[?@.a=1]", 6, "',' or ']'"), ("$[?count(@.a]", 12, "',' or ')'"),
        ])
    func malformed(query: String, offset: Int, expected: String) throws {
        let error = try #require(refusal(query))
        #expect(error.position?.offset == offset, "\(error)")
        guard case .expected(let what) = error.kind else {
            Issue.record("\(error)")
            return
        }
        #expect(what.hasPrefix(expected), "\(what)")
    }

    @Test(
        "A query that is not well-typed is refused with the reason",
        arguments: [
            ("$[?@.* == 1]", 3), ("$[?1 == $..a]", 8), ("$[?length(@.*) > 1]", 10), ("$[?count(1) > 1]", 9),
            ("$[?count(@.a, @.b) > 1]", 14), ("$[?count() > 1]", 9), ("$[?length(@.a)]", 3),
            ("$[?match(@.a, 'a') == true]", 3), ("$[?match(@.a)]", 12), ("$[?value(@.a)]", 3),
            ("$[?length(match(@.a, 'a')) == 1]", 10), ("$[?@[ 'a' ] == 1]", 3),
        ])
    func notWellTyped(query: String, offset: Int) throws {
        let error = try #require(refusal(query))
        #expect(error.position?.offset == offset, "\(error)")
        guard case .notWellTyped = error.kind else {
            Issue.record("\(error)")
            return
        }
    }

    @Test("The column counts characters, the offset bytes")
    func columns() throws {
        let error = try #require(refusal("$.é😀['a'"))
        #expect(error.position?.offset == 12)
        #expect(error.position?.column == 9)
        #expect(error.description == "expected ',' or ']' at column 9")
    }

    @Test(
        "An error does not repeat the query",
        arguments: ["$['SECRET", "$[?@.a == 'SECRET'", "$[?secret(1)]", "$.SECRET]"])
    func privacy(query: String) throws {
        #expect(try !#require(refusal(query)).description.lowercased().contains("secret"))
    }
}
