import LIFJSON
import Testing

@Suite("Nothing is lost between reading and writing")
struct RoundTripTests {
    @Test("Members keep their order, and a name that stands twice stays twice")
    func membersInOrder() throws {
        let text = #"{"zebra":1,"apple":2,"zebra":3,"":4,"Identifier":[],"identifier":"x"}"#
        let value = try JSONParser.parse(text)
        #expect(value.object?.names == ["zebra", "apple", "zebra", "", "Identifier", "identifier"])
        #expect(RawJSON(value).text == text)
        #expect(try RawJSON(validating: Array(text.utf8)).text == text)
    }

    @Test(
        "Numbers keep their spelling",
        arguments: [
            "0", "-0", "0.0", "1", "1.0", "1.00", "1e0", "1E+2", "1e-2", "-12.50e10", "123456789012345678901234567890",
            "0.1000000000000000055511151231257827", "1e400", "-1e-400",
        ])
    func numberSpelling(text: String) throws {
        let value = try JSONParser.parse("[\(text)]")
        #expect(value.array?.first?.number?.text == text)
        #expect(RawJSON(value).text == "[\(text)]")
        #expect(try RawJSON(validating: Array("[ \(text) ]".utf8)).text == "[\(text)]")
    }

    @Test("A number gives an Int only where it is a whole number that fits")
    func numberValues() throws {
        func number(_ text: String) throws -> JSONNumber? { try JSONParser.parse(text).number }
        #expect(try number("9223372036854775807")?.int == .max)
        #expect(try number("9223372036854775808")?.int == nil)
        #expect(try number("1.0")?.int == nil)
        #expect(try number("1e2")?.int == nil)
        #expect(try number("1e2")?.double == 100)
        #expect(try number("1e400")?.double == .infinity)
    }

    @Test("Bytes keep the spelling of escapes; a value has their meaning, and writes it so that it reads the same")
    func escapes() throws {
        let text = #"["\u0041\/\"\\\b\f\n\r\t\u001f\u00e9\ud83d\ude00","é😀\u0000"]"#
        let raw = try RawJSON(validating: Array(text.utf8))
        #expect(raw.text == text)
        let value = try JSONParser.parse(text)
        #expect(value.array?.first == "A/\"\\\u{08}\u{0C}\n\r\t\u{1F}é😀")
        #expect(value.array?.last == "é😀\u{00}")
        let written = RawJSON(value).text
        #expect(written == #"["A/\"\\\b\f\n\r\t\u001fé😀","é😀\u0000"]"#)
        #expect(try JSONParser.parse(written) == value)
    }

    @Test("Letters that Unicode holds to be equal keep their bytes")
    func normalisation() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        let value = try JSONParser.parse("{\"\(composed)\":1,\"\(decomposed)\":2}")
        #expect(value[composed] == 1)
        #expect(value[decomposed] == 2)
        #expect(RawJSON(value)[composed]?.text == "1")
        #expect(RawJSON(value)[decomposed]?.text == "2")
        #expect(Array(RawJSON(value).bytes) == Array("{\"\(composed)\":1,\"\(decomposed)\":2}".utf8))
    }

    @Test("White space goes, but not inside strings")
    func minified() throws {
        let text = "\r\n{ \"a b\" :\t[ 1 , \"x \\n , y\" ,\n{ } , [ ] ] }\n"
        #expect(try RawJSON(validating: Array(text.utf8)).text == #"{"a b":[1,"x \n , y",{},[]]}"#)
    }

    @Test(
        "A real record of a learner comes back value for value",
        .enabled(if: SharedData.contains("three-organisations"), "the folder shared/data is absent"))
    func realRecord() throws {
        let bytes = try SharedData.bytes("three-organisations/org1/Tracy-validated.json")
        let raw = try RawJSON(validating: bytes)
        #expect(raw.bytes.count < bytes.count)
        let value = try JSONParser.parse(bytes)
        #expect(raw.value() == value)
        #expect(try JSONParser.parse(RawJSON(value).text) == value)
    }
}
