import LIFJSON
import LIFModel
import Testing

@Suite("What stands at a fragment path")
struct FragmentContentTests {
    private func content(_ text: String) throws -> FragmentContent? {
        FragmentContent(member: try RawJSON(validating: Array(text.utf8)))
    }

    @Test(
        "An array gives its items",
        arguments: [(#"[{"a":1},{"a":2}]"#, 2), (#"[{"a":[1,{}]}]"#, 1), (#"["x","y","z"]"#, 3)])
    func array(text: String, count: Int) throws {
        let content = try #require(try content(text))
        #expect(content.items.text == text)
        #expect(content.count == count)
        #expect(!content.isScalar)
    }

    @Test("A single object is an array of one")
    func object() throws {
        let content = try #require(try content(#"{ "percentage" : 1.50 }"#))
        #expect(content.items.text == #"[{"percentage":1.50}]"#)
        #expect(content.count == 1 && !content.isScalar)
    }

    @Test(
        "A scalar is an array of one, and says that it is a scalar",
        arguments: [#""org2""#, "1.0", "true", "false", #""""#])
    func scalar(text: String) throws {
        let content = try #require(try content(text))
        #expect(content.items.text == "[\(text)]")
        #expect(content.count == 1 && content.isScalar)
    }

    @Test("null, an empty array and an array of null hold no data", arguments: ["null", "[]", "[null]", "[null,null]"])
    func nothing(text: String) throws {
        #expect(try content(text) == nil)
    }

    @Test("An empty object among items is left out; one inside an item stays")
    func emptyItems() throws {
        let content = try #require(try content(#"[{},{"a":{}},[{}],{"b":[{}]},[]]"#)?.withoutEmptyItems)
        #expect(content.items.text == #"[{"a":{}},{"b":[{}]},[]]"#)
        #expect(content.count == 3)
        for nothing in ["{}", "[{}]", "[{},{}]", "[null,{}]", "[[{}],{}]", "[[[{}],{}]]"] {
            #expect(try self.content(nothing)?.withoutEmptyItems == nil)
        }
        for whole in [#""{}""#, #"["{}"]"#, #"[{"{}":1}]"#, "[1,2]", #"{"a":[]}"#] {
            let whole = try #require(try self.content(whole))
            #expect(whole.withoutEmptyItems == whole)
        }
    }

    @Test("null among items is left out")
    func nullItems() throws {
        let content = try #require(try content(#"[null,{"a":null},null]"#))
        #expect(content.items.text == #"[{"a":null}]"#)
        #expect(content.count == 1)
    }

    @Test("Items of several sources are joined as bytes, without a parse")
    func joining() throws {
        let first = try #require(try content(#"[{"n":1.0},{"n":"\u0041"}]"#))
        let second = try #require(try content(#"{"n":1e0}"#))
        JSONParser.$onParse.withValue({ Issue.record("this must parse nothing") }) {
            let joined = FragmentContent(first.items.elements + second.items.elements)
            #expect(joined.items.text == #"[{"n":1.0},{"n":"\u0041"},{"n":1e0}]"#)
            #expect(joined.count == 3)
        }
    }
}
