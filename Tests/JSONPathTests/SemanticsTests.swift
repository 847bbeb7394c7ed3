import JSONPath
import LIFJSON
import Testing

@Suite("What JSONPath queries select")
struct SemanticsTests {
    @Test(
        "Strings and names compare by Unicode scalars, not by canonical equivalence",
        arguments: [
            ("$['\u{e9}']", #"{"é":1}"#, 0), ("$['e\u{301}']", #"{"é":1}"#, 1),
            ("$[?@=='\u{e9}']", #"["é"]"#, 0), ("$[?@=='e\u{301}']", #"["é"]"#, 1),
            ("$[?@==$[1]]", #"["\u00e9","e\u0301"]"#, 1), ("$[?@!=$[0]]", #"["\u00e9","e\u0301"]"#, 1),
            ("$[?length(@)==2]", #"["\u00e9","e\u0301"]"#, 1), ("$[?match(@,'..')]", #"["\u00e9","e\u0301"]"#, 1),
        ])
    func scalars(query: String, document: String, count: Int) throws {
        // Written with an escape: an editor may not tell the two spellings apart.
        let document = document.replacing("é", with: "e\u{301}")
        #expect(try select(query, document).count == count)
    }

    @Test("Strings are ordered by scalar value, also beyond the basic plane")
    func order() throws {
        // U+FF5E is below U+1F600, though its UTF-16 code unit is above those of the latter.
        #expect(try select("$[?@ < '\u{1F600}']", "[\"\u{FF5E}\",\"\u{1F601}\"]") == ["\"\u{FF5E}\""])
        #expect(try select("$[?@ <= 'a']", #"["a","B","b",""]"#) == [#""a""#, #""B""#, #""""#])
    }

    @Test(
        "Numbers are equal when their values are",
        arguments: [
            ("1", "1.0"), ("1", "10e-1"), ("100", "1E+2"), ("0", "-0"), ("0", "-0.0e5"), ("0.001", "1e-3"),
            ("12.50", "125e-1"), ("100000000000000000000000000000", "1e29"), ("0e999999999999999999999", "0"),
        ])
    func equalNumbers(left: String, right: String) throws {
        #expect(try select("$[?@ == \(left)]", "[\(right)]") == [right])
        #expect(try select("$[?@ >= \(left)]", "[\(right)]") == [right])
        #expect(try select("$[?@ < \(left)]", "[\(right)]") == [])
        #expect(try select("$[?@ == $[1]]", "[\(left),\(right)]").count == 2)
    }

    @Test(
        "Numbers are ordered by their values, and none is rounded",
        arguments: [
            ("1", "1.0000000000000000000000001"), ("-1.5", "-1"), ("-1e400", "1e-400"), ("1e-400", "1e400"),
            ("9007199254740992", "9007199254740993"), ("1e400", "1e401"), ("9", "10"), ("-10", "-9"), ("0", "1e-9"),
            ("-1e-9", "0"), ("0.09", "0.1"),
        ])
    func orderedNumbers(less: String, greater: String) throws {
        #expect(try select("$[?@ < \(greater)]", "[\(less)]") == [less])
        #expect(try select("$[?@ > \(less)]", "[\(greater)]") == [greater])
        #expect(try select("$[?@ == \(less)]", "[\(greater)]") == [])
    }

    @Test("Arrays and objects are equal by what is in them, whatever the order of the members")
    func structures() throws {
        let document = #"{"x":{"a":[1,{"b":2}],"c":null},"all":[{"c":null,"a":[1.0,{"b":2e0}]},{"a":[1],"c":null},{}]}"#
        #expect(try select("$.all[?@ == $.x]", document).count == 1)
        #expect(try select("$.all[?@ != $.x]", document).count == 2)
        #expect(try select("$.all[?@.none == $.none]", document).count == 3)
        #expect(try select("$.all[?@.c == $.none]", document).count == 1)
    }

    @Test("Of members with the same name only the last exists")
    func repeatedNames() throws {
        let document = #"{"a":1,"b":2,"a":3,"e\u0301":4,"\u00e9":5}"#
        #expect(try select("$.a", document) == ["3"])
        #expect(try select("$.*", document) == ["2", "3", "4", "5"])
        #expect(try select("$..*", document) == ["2", "3", "4", "5"])
        #expect(try select("$[?length($) == 4]", document).count == 4)
        #expect(try select("$[?$.x == $.y]", #"{"x":{"a":1,"a":2},"y":{"a":2}}"#).count == 2)
    }

    @Test("A normalized path has the escapes of RFC 9535 and selects its own node")
    func normalizedPaths() throws {
        let name = "a'\"\\/\u{8}\t\n\u{c}\r\u{0}\u{1f}\u{7f}\u{e9}\u{1F600}"
        let document = JSONValue.object(JSONObject([.init(name: name, value: [[], ["x"]])]))
        let nodes = try JSONPathQuery("$..*").nodes(in: document)
        let expected = #"$['a\'"\\/\b\t\n\f\r\u0000\u001f"# + "\u{7f}\u{e9}\u{1F600}']"
        #expect(nodes.map(\.path.description) == [expected, "\(expected)[0]", "\(expected)[1]", "\(expected)[1][0]"])
        for node in nodes {
            let again = try JSONPathQuery(node.path.description).nodes(in: document)
            #expect(again.map(\.path) == [node.path])
        }
        #expect(try JSONPathQuery("$").nodes(in: document).map(\.path.description) == ["$"])
    }

    @Test("The syntax of a query can be looked at")
    func syntax() throws {
        let query = try JSONPathQuery("$.a['b'][?@.c == 'x' || count(@.*) > 1]")
        #expect(query.segments.map(\.name) == ["a", "b", nil])
        #expect(query.segments.map(\.offset) == [1, 3, 8])
        #expect(!query.isSingular)
        guard case .filter(.or(let branches)) = query.segments[2].selectors[0],
            case .comparison(let first) = branches[0], case .query(let left) = first.left,
            case .comparison(let second) = branches[1], case .function(let call) = second.left
        else {
            Issue.record("another structure")
            return
        }
        #expect(branches.map(\.offset) == [10, 24])
        #expect(left.origin == .current && left.segments.map(\.name) == ["c"])
        #expect(call.function == .count && second.operator == .greater)
    }

    @Test("A long chain of alternatives and of segments needs no stack")
    func longChains() throws {
        let limits = JSONPathLimits(maximumLength: .max)
        let chain = "$[?" + Array(repeating: "@==1", count: 50_000).joined(separator: "||") + "]"
        #expect(try select(chain, "[2,1]", limits: limits) == ["1"])
        let segments = "$" + String(repeating: ".a", count: 100_000)
        #expect(try select(segments, "{}", limits: limits) == [])
        let filter = "$[?@" + String(repeating: ".a", count: 100_000) + "==1]"
        #expect(try select(filter, "[1]", limits: limits) == [])
    }

    @Test("Every text is read or refused, and nothing else happens")
    func hostileTexts() throws {
        let pieces = [
            "$", "[", "]", "?", "@", ".", "..", "*", "'", "\"", "\\u", "D800", "(", ")", "!", "&&", "==", "0", "-", ":",
        ]
        var random = SeededGenerator(state: 9535)
        let document = try JSONParser.parse(#"{"a":[1,{"b":"x"}]}"#)
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...12, using: &random)
            let text = "$" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            if let query = try? JSONPathQuery(text) { _ = try? query.nodes(in: document) }
        }
    }
}
