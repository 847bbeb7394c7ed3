import LIFJSON
import Testing

@Suite("Walking over bytes")
struct RawJSONTests {
    private func raw(_ text: String) throws -> RawJSON { try RawJSON(validating: Array(text.utf8)) }

    @Test("Members come in order with their bytes")
    func members() throws {
        let object = try raw(#"{"a":1,"b":{"c":[1,2]},"d":"x","e":null,"f":[],"g":{}}"#)
        #expect(object.members.map(\.name) == ["a", "b", "d", "e", "f", "g"])
        #expect(object.members.map(\.value.text) == ["1", #"{"c":[1,2]}"#, #""x""#, "null", "[]", "{}"])
        #expect(object["b"]?["c"]?.elements.map(\.text) == ["1", "2"])
        #expect(object["missing"] == nil)
    }

    @Test("Elements come in order with their bytes")
    func elements() throws {
        let array = try raw(#"[1,-2.5e3,"x",true,false,null,[],{},[[]],[{"a":[1]}]]"#)
        #expect(
            array.elements.map(\.text)
                == ["1", "-2.5e3", #""x""#, "true", "false", "null", "[]", "{}", "[[]]", #"[{"a":[1]}]"#])
    }

    @Test("Empty containers have nothing, and scalars have neither members nor elements")
    func empty() throws {
        for text in ["{}", "[]", "1", "\"[1,2]\"", "\"{\\\"a\\\":1}\"", "null", "true"] {
            #expect(try raw(text).members.isEmpty, "\(text)")
            #expect(try raw(text).elements.isEmpty, "\(text)")
        }
    }

    @Test("Brackets, commas, colons and quotation marks inside strings are text")
    func punctuationInStrings() throws {
        let object = try raw(#"{"a]}":"}],:","b\"{":["\\","\"]","\\\""],"c":"\\"}"#)
        #expect(object.members.map(\.name) == ["a]}", "b\"{", "c"])
        #expect(object["a]}"]?.string == "}],:")
        #expect(object["b\"{"]?.elements.map(\.string) == ["\\", "\"]", "\\\""])
        #expect(object["c"]?.string == "\\")
    }

    @Test("Names are compared decoded")
    func escapedNames() throws {
        let object = try raw(#"{"\u0050erson":1,"\ud83d\ude00":2,"a\/b":3}"#)
        #expect(object["Person"]?.text == "1")
        #expect(object["😀"]?.text == "2")
        #expect(object["a/b"]?.text == "3")
    }

    @Test("Of a name that stands twice the last one is read")
    func duplicates() throws {
        let text = #"{"a":1,"b":2,"a":3}"#
        #expect(try raw(text)["a"]?.text == "3")
        #expect(try JSONParser.parse(text)["a"] == 3)
        #expect(try raw(text).members.count == 3)
    }

    @Test("A slice of a slice is walked as the whole is")
    func nestedSlices() throws {
        let inner = try raw(#"[0,[1,[2,{"a":[3,"]"]}]],4]"#).elements[1].elements[1].elements[1]
        #expect(inner.text == #"{"a":[3,"]"]}"#)
        #expect(inner["a"]?.elements[1].string == "]")
        #expect(inner.value() == ["a": [3, "]"]])
    }

    @Test("Kinds are recognised by the first byte")
    func kinds() throws {
        #expect(try raw("[]").isArray && !raw("{}").isArray)
        #expect(try raw("{}").isObject && !raw("\"{\"").isObject)
        #expect(try raw("\"\"").isString && raw("\"\"").string == "")
        #expect(try raw("null").isNull && RawJSON.null.isNull && !raw("\"null\"").isNull)
        #expect(try raw("1").string == nil)
        #expect(RawJSON.emptyArray.isArray && RawJSON.emptyArray.elements.isEmpty)
    }

    @Test("Equality is of bytes, wherever they are stored")
    func equality() throws {
        let array = try raw(#"[{"a":1},{"a":1},{"a":1.0}]"#).elements
        #expect(array[0] == array[1])
        #expect(array[0].hashValue == array[1].hashValue)
        #expect(array[0] != array[2])
    }

    @Test("Passing bytes on parses nothing; asking for the value does")
    func parseCount() throws {
        let counter = Counter()
        try JSONParser.$onParse.withValue({ counter.count() }) {
            let object = try raw(#"{"a":[1,{"b":"x"}],"c":2}"#)
            var writer = JSONWriter()
            writer.array { writer in
                for member in object.members { writer.value(member.value) }
            }
            #expect(writer.raw.text == #"[[1,{"b":"x"}],2]"#)
            #expect(object["a"]?.elements[1]["b"]?.string == "x")
            #expect(counter.value == 0)
            _ = object.value()
            #expect(counter.value == 1)
        }
    }
}
