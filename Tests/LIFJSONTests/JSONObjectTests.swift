import LIFJSON
import Testing

@Suite("Objects and values")
struct JSONObjectTests {
    @Test("Setting a member replaces it in its place, or appends it")
    func setting() {
        var object = JSONObject()
        object["a"] = 1
        object["b"] = 2
        object["a"] = 3
        #expect(object.names == ["a", "b"])
        #expect(object["a"] == 3)
        #expect(object.count == 2 && !object.isEmpty)
    }

    @Test("Setting nil removes every member of the name")
    func removing() throws {
        var object = try #require(try JSONParser.parse(#"{"a":1,"b":2,"a":3}"#).object)
        object["a"] = nil
        #expect(object.names == ["b"])
        #expect(object["a"] == nil)
    }

    @Test("Setting a member to JSON null keeps it")
    func settingNull() {
        var object = JSONObject()
        object["a"] = .null
        #expect(object["a"]?.isNull == true)
    }

    @Test("Two objects with other order are not equal")
    func equality() {
        let left: JSONValue = ["a": 1, "b": 2]
        let right: JSONValue = ["b": 2, "a": 1]
        #expect(left != right)
        #expect(left == ["a": 1, "b": 2])
    }

    @Test("A value is read only as what it is")
    func accessors() {
        let value: JSONValue = ["s": "x", "b": true, "n": 4, "a": [nil], "o": [:]]
        #expect(value["s"]?.string == "x" && value["s"]?.bool == nil)
        #expect(value["b"]?.bool == true && value["b"]?.number == nil)
        #expect(value["n"]?.number?.int == 4 && value["n"]?.string == nil)
        #expect(value["a"]?.array == [.null] && value["a"]?.object == nil)
        #expect(value["o"]?.object?.isEmpty == true && value["o"]?.array == nil)
        #expect(value["missing"] == nil && JSONValue.null["s"] == nil)
        let kinds = ["s", "b", "n", "a", "o"].compactMap { value[$0]?.kindDescription }
        #expect(kinds == ["a string", "a boolean", "a number", "an array", "an object"])
    }
}
