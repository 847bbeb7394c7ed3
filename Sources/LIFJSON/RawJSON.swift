/// One JSON value as bytes: checked once, minified, and from then on only copied.
///
/// Strings and numbers keep the spelling of the text they came from. `members` and `elements` walk over the bytes and
/// give slices of the same storage; nothing is decoded but the names that are looked at.
public struct RawJSON: Sendable, Hashable {
    /// The value in UTF-8, minified. A slice may share its storage with a larger document, and its indices need not start at 0.
    public let bytes: ArraySlice<UInt8>

    /// For code that has produced valid, minified JSON itself.
    package init(unchecked bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// Checks and minifies a text.
    ///
    /// - Throws: `JSONError` with the position, exactly where `JSONParser.parse` would.
    public init(validating text: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        try text[...].withUnsafeBufferPointerTyped { (buffer) throws(JSONError) in
            var scanner = try JSONScanner(buffer, limits: limits)
            try RawJSON.copy(&scanner, into: &output)
            try scanner.end()
        }
        bytes = output[...]
    }

    /// Writes a value; its numbers keep their spelling and its members their order.
    public init(_ value: JSONValue) {
        var writer = JSONWriter()
        writer.value(value)
        bytes = writer.bytes[...]
    }

    /// The value `null`.
    public static let null = RawJSON(unchecked: Array("null".utf8)[...])
    /// The value `[]`.
    public static let emptyArray = RawJSON(unchecked: Array("[]".utf8)[...])

    /// The bytes as a Swift string: JSON text, and for a JSON string with its quotes and escapes (see ``string``).
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value with its whole structure. This parses: keep it off paths that only pass data on.
    public func value() -> JSONValue {
        // The bytes have passed the scanner when they were made, so this cannot fail.
        (try? JSONParser.parse(bytes, limits: .none)) ?? .null
    }

    /// Whether this is an array; only the first byte is looked at.
    public var isArray: Bool { bytes.first == UInt8(ascii: "[") }
    /// Whether this is an object; only the first byte is looked at.
    public var isObject: Bool { bytes.first == UInt8(ascii: "{") }
    /// Whether this is a string; only the first byte is looked at.
    public var isString: Bool { bytes.first == UInt8(ascii: "\"") }
    /// Whether this is `null`; only the first byte is looked at.
    public var isNull: Bool { bytes.first == UInt8(ascii: "n") }

    /// The decoded text of a JSON string, `nil` for any other value.
    public var string: String? {
        guard isString else { return nil }
        return bytes.contains(UInt8(ascii: "\\"))
            ? value().string : String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }

    /// Copies one value. The containers that are open are kept here and not on the stack, so no text can exhaust it.
    private static func copy(_ scanner: inout JSONScanner, into output: inout [UInt8]) throws(JSONError) {
        var openObjects: [Bool] = []
        while true {
            switch scanner.peek() {
            case UInt8(ascii: "{"):
                try scanner.enter()
                output.append(UInt8(ascii: "{"))
                if scanner.consume(UInt8(ascii: "}")) {
                    output.append(UInt8(ascii: "}"))
                    scanner.leave()
                } else {
                    openObjects.append(true)
                    try copyName(&scanner, into: &output)
                    continue
                }
            case UInt8(ascii: "["):
                try scanner.enter()
                output.append(UInt8(ascii: "["))
                if scanner.consume(UInt8(ascii: "]")) {
                    output.append(UInt8(ascii: "]"))
                    scanner.leave()
                } else {
                    openObjects.append(false)
                    continue
                }
            case UInt8(ascii: "\""): try copyString(&scanner, into: &output)
            case UInt8(ascii: "t"): try copyLiteral("true", &scanner, into: &output)
            case UInt8(ascii: "f"): try copyLiteral("false", &scanner, into: &output)
            case UInt8(ascii: "n"): try copyLiteral("null", &scanner, into: &output)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let range = try scanner.number()
                output.append(contentsOf: scanner.bytes[range])
            default:
                throw scanner.failure(.expected("a value"))
            }
            if try closeContainers(&openObjects, &scanner, into: &output) { return }
        }
    }

    /// Copies what may follow a value: closing brackets, and a comma with the next member's name.
    ///
    /// - Returns: `true` when no container is open any more; otherwise a value must follow.
    private static func closeContainers(
        _ openObjects: inout [Bool], _ scanner: inout JSONScanner, into output: inout [UInt8]
    ) throws(JSONError) -> Bool {
        while let isObject = openObjects.last {
            if scanner.consume(UInt8(ascii: ",")) {
                output.append(UInt8(ascii: ","))
                if isObject { try copyName(&scanner, into: &output) }
                return false
            }
            try scanner.close(object: isObject)
            output.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
            openObjects.removeLast()
        }
        return true
    }

    private static func copyName(_ scanner: inout JSONScanner, into output: inout [UInt8]) throws(JSONError) {
        try copyString(&scanner, into: &output)
        try scanner.expect(UInt8(ascii: ":"), "':'")
        output.append(UInt8(ascii: ":"))
    }

    private static func copyString(_ scanner: inout JSONScanner, into output: inout [UInt8]) throws(JSONError) {
        let (range, _) = try scanner.string()
        output.append(contentsOf: scanner.bytes[(range.lowerBound - 1)..<(range.upperBound + 1)])
    }

    private static func copyLiteral(
        _ text: StaticString, _ scanner: inout JSONScanner, into output: inout [UInt8]
    ) throws(JSONError) {
        try scanner.literal(text)
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
