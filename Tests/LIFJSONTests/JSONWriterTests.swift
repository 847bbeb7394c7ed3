import LIFJSON
import Testing

@Suite("The writer")
struct JSONWriterTests {
    @Test("Commas stand between members and elements, and nowhere else")
    func commas() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("string", "x")
            writer.member("missing", nil as String?)
            writer.member("int", -5)
            writer.member("bool", true)
            writer.member("value", ["a": [1, 2, []]] as JSONValue)
            writer.name("array")
            writer.array { writer in
                writer.array { _ in }
                writer.object { _ in }
                writer.null()
                writer.value(false)
                writer.value(7)
            }
            writer.member("raw", RawJSON.emptyArray)
            writer.member("last", "")
        }
        let expected =
            #"{"string":"x","missing":null,"int":-5,"bool":true,"value":{"a":[1,2,[]]},"#
            + #""array":[[],{},null,false,7],"raw":[],"last":""}"#
        #expect(writer.raw.text == expected)
        #expect(try RawJSON(validating: writer.bytes).text == expected)
    }

    @Test("Every character that JSON wants escaped is, and no other")
    func escaping() throws {
        for code in 0..<UInt32(0x300) {
            let scalar = try #require(Unicode.Scalar(code))
            let text = "a\(Character(scalar))b"
            var writer = JSONWriter()
            writer.value(text)
            let read = try #require(try JSONParser.parse(writer.bytes).string)
            #expect(read.utf8.elementsEqual(text.utf8))
            let mustEscape = code < 0x20 || scalar == "\"" || scalar == "\\"
            #expect(writer.bytes.contains(UInt8(ascii: "\\")) == mustEscape, "U+\(String(code, radix: 16))")
        }
    }

    @Test("Bytes are spliced as they are")
    func splicing() throws {
        let raw = try RawJSON(validating: Array(#"{ "n" : 1.50, "e" : "\u0041" }"#.utf8))
        var writer = JSONWriter()
        writer.array { writer in
            writer.value(raw)
            writer.value(raw)
        }
        #expect(writer.raw.text == #"[{"n":1.50,"e":"\u0041"},{"n":1.50,"e":"\u0041"}]"#)
    }

    @Test("A string that comes from elsewhere than Swift's own storage is written too")
    func bridged() {
        var writer = JSONWriter()
        writer.value(String("prefix: é\"".dropFirst(8)))
        #expect(writer.raw.text == "\"é\\\"\"")
    }
}
