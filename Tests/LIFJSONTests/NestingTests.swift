import Foundation
import LIFJSON
import Testing

@Suite("Nesting and size")
struct NestingTests {
    private static let deep = 100_000

    static let hostile: [(name: String, text: [UInt8])] = [
        ("arrays", Array((String(repeating: "[", count: deep) + String(repeating: "]", count: deep)).utf8)),
        ("unclosed arrays", Array(String(repeating: "[", count: deep).utf8)),
        (
            "objects",
            Array((String(repeating: "{\"a\":", count: deep) + "1" + String(repeating: "}", count: deep)).utf8)
        ),
        ("unclosed objects", Array(String(repeating: "{\"a\":", count: deep).utf8)),
        ("both", Array(String(repeating: "[{\"a\":", count: deep).utf8)),
    ]

    @Test("100,000 nested containers are refused, also where a caller asks for any depth", arguments: 0..<5)
    func hostileNesting(index: Int) {
        let text = Self.hostile[index].text
        for limits in [JSONLimits.standard, JSONLimits(maximumDepth: .max)] {
            let expected = JSONError.Kind.tooDeep(limit: limits.maximumDepth)
            let parsed = #expect(throws: JSONError.self) { try JSONParser.parse(text, limits: limits) }
            #expect(parsed?.kind == expected)
            let validated = #expect(throws: JSONError.self) { try RawJSON(validating: text, limits: limits) }
            #expect(validated == parsed)
        }
    }

    @Test("The greatest depth fits a stack of 512 KiB, and more is refused there")
    func smallStack() async throws {
        let depth = JSONLimits.greatestDepth
        let arrays = Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        let objects = Array(
            (String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)).utf8)
        let results: [Bool] = await withCheckedContinuation { continuation in
            let thread = Thread {
                var results: [Bool] = []
                for text in [arrays, objects] {
                    let limits = JSONLimits(maximumDepth: .max)
                    let value = try? JSONParser.parse(text, limits: limits)
                    let raw = try? RawJSON(validating: text, limits: limits)
                    results.append(value != nil && Array(raw?.bytes ?? []) == text)
                    // Comparing, writing and releasing a value recurse too.
                    results.append(raw?.value() == value && value.map(RawJSON.init(_:)) == raw)
                }
                for case let (_, text) in Self.hostile {
                    results.append((try? JSONParser.parse(text, limits: JSONLimits(maximumDepth: .max))) == nil)
                    results.append((try? RawJSON(validating: text, limits: JSONLimits(maximumDepth: .max))) == nil)
                }
                continuation.resume(returning: results)
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(results == Array(repeating: true, count: 14))
    }

    @Test("A text of exactly the depth limit is accepted, one deeper is refused at its bracket")
    func depthLimit() throws {
        let limits = JSONLimits(maximumDepth: 3)
        #expect(try JSONParser.parse("[[[1]]]", limits: limits) == [[[1]]])
        #expect(try RawJSON(validating: Array("{\"a\":[{}]}".utf8), limits: limits).text == "{\"a\":[{}]}")
        let error = #expect(throws: JSONError.self) { try JSONParser.parse("[[[\n[1]]]]", limits: limits) }
        #expect(error?.kind == .tooDeep(limit: 3))
        #expect(error?.line == 2)
        #expect(error?.column == 1)
        #expect(try JSONParser.parse("[[],[[]],[[]]]", limits: limits).array?.count == 3)
    }

    @Test("A scalar has depth 0")
    func scalarDepth() throws {
        #expect(try JSONParser.parse("1", limits: JSONLimits(maximumDepth: 0)) == 1)
        #expect(throws: JSONError.self) { try JSONParser.parse("[]", limits: JSONLimits(maximumDepth: 0)) }
    }

    @Test("The standard limits are 64 MiB and the greatest depth")
    func standardLimits() {
        #expect(JSONLimits.standard == JSONLimits(maximumBytes: 64 << 20, maximumDepth: JSONLimits.greatestDepth))
    }

    @Test("A depth limit is never greater than what a small stack holds")
    func cappedDepth() {
        var limits = JSONLimits(maximumDepth: 1_000_000)
        #expect(limits.maximumDepth == JSONLimits.greatestDepth)
        limits.maximumDepth = 2
        #expect(limits.maximumDepth == 2)
        limits.maximumDepth = 1_000_000
        #expect(limits.maximumDepth == JSONLimits.greatestDepth)
    }

    @Test("A text of exactly the size limit is accepted, one byte more is refused")
    func sizeLimit() throws {
        let limits = JSONLimits(maximumBytes: 5)
        #expect(try JSONParser.parse("\"abc\"", limits: limits) == "abc")
        let error = #expect(throws: JSONError.self) { try JSONParser.parse("\"abc\" ", limits: limits) }
        #expect(error?.kind == .tooLarge(limit: 5))
        #expect(throws: JSONError.self) { try RawJSON(validating: Array("\"abc\" ".utf8), limits: limits) }
    }

    @Test("A value that code has nested deeper than any limit on texts is still read back")
    func deepValueOfOurOwn() {
        var value = JSONValue.array([])
        for _ in 0..<(JSONLimits.greatestDepth + 50) { value = .array([value]) }
        #expect(RawJSON(value).value() == value)
    }
}
