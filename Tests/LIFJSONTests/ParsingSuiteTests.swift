import LIFJSON
import Testing

@Suite(
    "The public suite of RFC 8259 cases",
    .enabled(if: SharedData.contains("json-parsing"), "the folder shared/data/json-parsing is absent"))
struct ParsingSuiteTests {
    @Test("Every case that must be accepted is, and every case that must be refused is")
    func verdicts() throws {
        let names = try SharedData.names(in: "json-parsing")
        #expect(names.filter { $0.hasPrefix("y_") }.count >= 95)
        #expect(names.filter { $0.hasPrefix("n_") }.count >= 187)
        for name in names {
            let bytes = try SharedData.bytes("json-parsing/\(name)")
            let isAccepted = (try? JSONParser.parse(bytes)) != nil
            if name.hasPrefix("y_") { #expect(isAccepted, "\(name)") }
            if name.hasPrefix("n_") { #expect(!isAccepted, "\(name)") }
        }
    }

    @Test("The parser and the validator agree on every case: the same value or the same error")
    func agreement() throws {
        for name in try SharedData.names(in: "json-parsing") {
            let bytes = try SharedData.bytes("json-parsing/\(name)")
            let parsed = Result { () throws(JSONError) in try JSONParser.parse(bytes) }
            let validated = Result { () throws(JSONError) in try RawJSON(validating: bytes) }
            switch (parsed, validated) {
            case (.success(let value), .success(let raw)):
                #expect(raw.value() == value, "\(name)")
                #expect(try RawJSON(validating: Array(raw.bytes)) == raw, "\(name) is not minified")
            case (.failure(let left), .failure(let right)):
                #expect(left == right, "\(name)")
            default:
                Issue.record("\(name): one accepts, the other refuses")
            }
        }
    }

    @Test("An accepted case survives writing and parsing again")
    func roundTrip() throws {
        for name in try SharedData.names(in: "json-parsing") where name.hasPrefix("y_") {
            let value = try JSONParser.parse(try SharedData.bytes("json-parsing/\(name)"))
            #expect(try JSONParser.parse(RawJSON(value).text) == value, "\(name)")
        }
    }
}
