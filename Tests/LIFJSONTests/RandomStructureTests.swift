import LIFJSON
import Testing

@Suite("Random structures")
struct RandomStructureTests {
    @Test("A value written and read again is the same, and a pretty text minifies to the same bytes", arguments: 0..<40)
    func roundTrip(seed: UInt64) throws {
        var structure = RandomStructure(seed: seed)
        for _ in 0..<25 {
            let value = try structure.value(depth: 5)
            let raw = RawJSON(value)
            #expect(raw.value() == value, "seed \(seed)")
            #expect(try JSONParser.parse(Array(raw.bytes)) == value, "seed \(seed)")

            let pretty = structure.pretty(value)
            #expect(try RawJSON(validating: Array(pretty.utf8)) == raw, "seed \(seed)")
            #expect(try JSONParser.parse(pretty) == value, "seed \(seed)")
            expectSameNavigation(raw, value)
        }
    }

    @Test("Text that is damaged anywhere is refused or accepted by both alike, and never crashes", arguments: 0..<20)
    func damaged(seed: UInt64) throws {
        var structure = RandomStructure(seed: seed &+ 1_000)
        for _ in 0..<40 {
            var bytes = Array(RawJSON(try structure.value(depth: 4)).bytes)
            switch structure.number(below: 3) {
            case 0: bytes.removeLast(structure.number(below: bytes.count) + 1)
            case 1: bytes[structure.number(below: bytes.count)] = UInt8(structure.number(below: 256))
            default: bytes.insert(UInt8(structure.number(below: 256)), at: structure.number(below: bytes.count))
            }
            let parsed = Result { () throws(JSONError) in try JSONParser.parse(bytes) }
            let validated = Result { () throws(JSONError) in try RawJSON(validating: bytes) }
            #expect(parsed == validated.map { $0.value() }, "seed \(seed)")
        }
    }

    /// Members and elements of the bytes are those of the value, all the way down.
    private func expectSameNavigation(_ raw: RawJSON, _ value: JSONValue) {
        switch value {
        case .object(let object):
            let members = raw.members
            #expect(members.map(\.name) == object.names)
            #expect(raw.elements.isEmpty)
            for (member, expected) in zip(members, object.members) {
                expectSameNavigation(member.value, expected.value)
            }
        case .array(let elements):
            let found = raw.elements
            #expect(found.count == elements.count)
            #expect(raw.members.isEmpty)
            for (element, expected) in zip(found, elements) { expectSameNavigation(element, expected) }
        default:
            #expect(raw.members.isEmpty && raw.elements.isEmpty)
            #expect(raw.string == value.string)
            #expect(raw.value() == value)
        }
    }
}

/// Makes values that are hard on a parser, the same ones for the same seed.
struct RandomStructure {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    mutating func number(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func value(depth: Int) throws -> JSONValue {
        switch number(below: depth > 0 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(number(below: 2) == 0)
        case 2: return .number(JSONNumber(Int(truncatingIfNeeded: next())))
        case 3:
            let spellings = ["0", "-0", "1.0", "1.50", "-2e10", "3E-7", "12345678901234567890.5e+3"]
            return try JSONParser.parse(spellings[number(below: spellings.count)])
        case 4: return .string(text())
        case 5, 6:
            var members: [JSONObject.Member] = []
            for _ in 0..<number(below: 6) {
                members.append(JSONObject.Member(name: text(), value: try value(depth: depth - 1)))
            }
            return .object(JSONObject(members))
        default:
            var elements: [JSONValue] = []
            for _ in 0..<number(below: 6) { elements.append(try value(depth: depth - 1)) }
            return .array(elements)
        }
    }

    private mutating func text() -> String {
        let pieces = [
            "a", "Name", "\"", "\\", "\\\"", "[", "]", "{", "}", ",", ":", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é",
            "e\u{301}", "\u{2028}", "😀", "\u{10FFFF}", " ", "/", "\\u0041",
        ]
        var result = ""
        for _ in 0..<number(below: 7) { result += pieces[number(below: pieces.count)] }
        return result
    }

    /// The value as text with white space wherever it may stand.
    mutating func pretty(_ value: JSONValue) -> String {
        switch value {
        case .object(let object):
            let members = object.members.map { member in
                "\(space())\(RawJSON(.string(member.name)).text)\(space()):\(space())\(pretty(member.value))\(space())"
            }
            return "{" + space() + members.joined(separator: ",") + "}"
        case .array(let elements):
            return "[" + space() + elements.map { "\(space())\(pretty($0))\(space())" }.joined(separator: ",") + "]"
        default:
            return RawJSON(value).text
        }
    }

    private mutating func space() -> String {
        let spaces = [" ", "\n", "\t", "\r"]
        return (0..<number(below: 3)).map { _ in spaces[number(below: 4)] }.joined()
    }
}
