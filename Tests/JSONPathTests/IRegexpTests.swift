import JSONPath
import Testing

@Suite("I-Regexp, RFC 9485")
struct IRegexpTests {
    @Test(
        "An expression matches whole texts",
        arguments: [
            ("", ["": true, "a": false]), ("a", ["a": true, "aa": false, "": false]),
            ("a|bc|", ["a": true, "bc": true, "": true, "ab": false]), ("a*", ["": true, "aaa": true, "ab": false]),
            ("a+b?", ["a": true, "aab": true, "b": false]), ("(ab){2}", ["abab": true, "ab": false, "ababab": false]),
            ("a{1,3}", ["": false, "a": true, "aaa": true, "aaaa": false]),
            ("a{2,}", ["a": false, "aa": true, "aaaaaa": true]), ("a{0}b", ["b": true, "ab": false]),
            (".", ["x": true, "\n": false, "\r": false, "\u{2028}": true, "\u{1F600}": true, "": false]),
            ("[a-c]", ["b": true, "d": false, "-": false]), ("[^a-c]", ["b": false, "d": true, "\n": true]),
            ("[-a]", ["-": true, "a": true]), ("[a-]", ["-": true, "a": true]), ("[--]", ["-": true, "a": false]),
            ("[a^]", ["^": true]), ("[.*$]", [".": true, "$": true, "x": false]),
            ("[\\]\\[\\\\]", ["]": true, "\\": true]),
            ("\\n\\r\\t", ["\n\r\t": true]), ("\\.\\*\\+\\?\\^\\-", [".*+?^-": true]),
            ("\\p{Lu}\\p{Nd}", ["A1": true, "a1": false, "É٣": true]), ("\\p{L}*", ["Straße": true, "a1": false]),
            ("\\P{L}", ["1": true, "x": false]), ("[\\p{Lu}\\p{Nd}_]+", ["A_1": true, "a": false]),
            ("[^\\P{Lu}b]", ["A": true, "a": false]), ("\\p{C}", ["\u{7}": true, "a": false, "\u{E000}": true]),
            ("\\p{Sc}\\p{Zs}", ["€\u{a0}": true]), ("^a$", ["a": true, "^a$": false]), ("(a*)*(b|c)*", ["aabcb": true]),
            ("e\u{301}", ["e\u{301}": true]), ("e\u{301}", ["\u{e9}": false]), ("((((a))))", ["a": true]),
            ("a/-,\"'", ["a/-,\"'": true]),
        ])
    func matching(pattern: String, texts: [String: Bool]) throws {
        let regexp = try IRegexp(pattern)
        for (text, expected) in texts {
            #expect(regexp.matches(text) == expected, "\(pattern) on \(text.debugDescription)")
        }
    }

    @Test(
        "An expression is found inside a text",
        arguments: [
            ("b+", "abbc", true), ("b", "ac", false), ("", "", true), ("", "x", true), ("a.c", "xxabcxx", true),
            ("^b", "ab", false), ("^a", "ab", true), ("b$", "ab", true), ("a$", "ab", false), ("c|^a", "ba", false),
            ("aab", "aaab", true), ("(ab|b)c", "aabc", true),
        ])
    func searching(pattern: String, text: String, expected: Bool) throws {
        #expect(try IRegexp(pattern).isFound(in: text) == expected)
    }

    @Test(
        "What is no I-Regexp is refused where it stops being one",
        arguments: [
            ("(", 1), (")", 0), ("a)", 1), ("(a", 2), ("*", 0), ("a**", 2), ("a{", 2), ("a{}", 2), ("a{,2}", 2),
            ("a{2,1}", 2), ("a{1", 3), ("}", 0), ("]", 0), ("[", 1), ("[]", 1), ("[^]", 2), ("[a", 2), ("[b-a]", 1),
            ("[a-b-c]", 5), ("[a--]", 3), ("[[a]]", 1), ("\\", 1), ("\\d", 1), ("\\w", 1), ("\\$", 1), ("\\u0041", 1),
            ("\\p{}", 3), ("\\p{Xx}", 3), ("\\p{Cs}", 3), ("\\p{IsGreek}", 3), ("\\pL", 2), ("(?:a)", 1), ("a|*", 2),
            ("[\\d]", 2), ("[\\p{L}-z]", 7),
        ])
    func invalid(pattern: String, offset: Int) throws {
        #expect(throws: IRegexpError.notValid(offset: offset)) { try IRegexp(pattern) }
    }

    @Test("An invalid expression is false in a query, as a literal and out of the document")
    func logicalFalse() throws {
        #expect(try select(#"$[?match(@, '\\d')]"#, #"["1","\\d"]"#) == [])
        #expect(try select("$.a[?!search(@, $.p)]", #"{"a":["1"],"p":"("}"#) == [#""1""#])
        #expect(try select("$[?match(@, 1)]", #"["1"]"#) == [])
    }

    @Test("Matching takes time in proportion to the text, whatever the expression", .timeLimit(.minutes(1)))
    func linearTime() throws {
        let text = String(repeating: "a", count: 5_000)
        for pattern in ["(a*)*b", "(a|a)*b", "(a+)+b", "(a?){100}a{100}b", "(.*)(.*)(.*)(.*)b", "((a{0,5}){0,5})*b"] {
            let regexp = try IRegexp(pattern)
            #expect(!regexp.matches(text))
            #expect(!regexp.isFound(in: text))
            #expect(regexp.isFound(in: text + "b"))
        }
    }

    @Test(
        "An expression whose automaton would be too large is refused",
        arguments: [
            "a{100000}", "(a{1000}){1000}", "((((a{99}){99}){99}){99}){99}", "(){99999999999999999999999}",
            "(){0,99999999}", "a{99999999999999999999999,}",
        ])
    func large(pattern: String) throws {
        #expect(throws: IRegexpError.tooLarge(limit: 10_000)) { try IRegexp(pattern) }
        #expect(refusal("$[?match(@, '\(pattern)')]")?.kind == .regexpTooLarge(limit: 10_000))
        let error = #expect(throws: JSONPathError.self) { try select("$[?match(@, $[0])]", "[\"\(pattern)\"]") }
        #expect(error?.kind == .regexpTooLarge(limit: 10_000))
    }

    @Test("Groups may be nested as deep as the limit and no deeper")
    func deep() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "(", count: count) + String(repeating: ")", count: count)
        }
        #expect(try IRegexp(nested(32)).matches(""))
        #expect(throws: IRegexpError.tooDeep(limit: 32)) { try IRegexp(nested(100_000)) }
    }
}
