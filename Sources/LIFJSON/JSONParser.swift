/// Strict RFC 8259 text into `JSONValue`, over bytes, without Foundation.
public enum JSONParser {
    /// Called at each parse inside the scope that sets it, so that a test can show that a path parses nothing.
    @TaskLocal package static var onParse: (@Sendable () -> Void)?

    /// Parses one JSON text in UTF-8, with nothing but white space before and after it.
    ///
    /// - Throws: `JSONError` with the position. Never crashes, whatever the bytes.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try parse(bytes[...], limits: limits)
    }

    /// As ``parse(_:limits:)-([UInt8],_)``, for a text that is a string already.
    ///
    /// - Throws: `JSONError` with the position.
    public static func parse(_ text: String, limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }

    static func parse(_ bytes: ArraySlice<UInt8>, limits: JSONLimits) throws(JSONError) -> JSONValue {
        onParse?()
        return try bytes.withUnsafeBufferPointerTyped { (buffer) throws(JSONError) in
            var scanner = try JSONScanner(buffer, limits: limits)
            let value = try value(&scanner)
            try scanner.end()
            return value
        }
    }

    /// A container that is not closed yet. They are kept in an array and not on the stack, so no text can exhaust it.
    private struct Container {
        let isObject: Bool
        var name = ""
        var members: [JSONObject.Member] = []
        var elements: [JSONValue] = []

        mutating func append(_ value: JSONValue) {
            if isObject {
                members.append(JSONObject.Member(name: name, value: value))
            } else {
                elements.append(value)
            }
        }

        var value: JSONValue { isObject ? .object(JSONObject(members)) : .array(elements) }
    }

    private static func value(_ scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        var open: [Container] = []
        while true {
            var value: JSONValue
            switch scanner.peek() {
            case UInt8(ascii: "{"):
                try scanner.enter()
                guard scanner.consume(UInt8(ascii: "}")) else {
                    open.append(Container(isObject: true, name: try name(&scanner)))
                    continue
                }
                scanner.leave()
                value = .object(JSONObject())
            case UInt8(ascii: "["):
                try scanner.enter()
                guard scanner.consume(UInt8(ascii: "]")) else {
                    open.append(Container(isObject: false))
                    continue
                }
                scanner.leave()
                value = .array([])
            default:
                value = try scalar(&scanner)
            }
            var needsValue = false
            while !needsValue, let last = open.indices.last {
                open[last].append(value)
                if scanner.consume(UInt8(ascii: ",")) {
                    if open[last].isObject { open[last].name = try name(&scanner) }
                    needsValue = true
                } else {
                    try scanner.close(object: open[last].isObject)
                    value = open.removeLast().value
                }
            }
            if !needsValue { return value }
        }
    }

    private static func scalar(_ scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        switch scanner.peek() {
        case UInt8(ascii: "\""): return .string(try string(&scanner))
        case UInt8(ascii: "t"):
            try scanner.literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try scanner.literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try scanner.literal("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let range = try scanner.number()
            return .number(JSONNumber(unchecked: text(range, scanner)))
        default:
            throw scanner.failure(.expected("a value"))
        }
    }

    private static func name(_ scanner: inout JSONScanner) throws(JSONError) -> String {
        let name = try string(&scanner)
        try scanner.expect(UInt8(ascii: ":"), "':'")
        return name
    }

    private static func string(_ scanner: inout JSONScanner) throws(JSONError) -> String {
        let (range, hasEscape) = try scanner.string()
        return hasEscape ? unescaped(range, scanner) : text(range, scanner)
    }

    private static func text(_ range: Range<Int>, _ scanner: JSONScanner) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: scanner.bytes[range]), as: UTF8.self)
    }

    /// The range has passed the scanner, so each escape is well formed.
    private static func unescaped(_ range: Range<Int>, _ scanner: JSONScanner) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = scanner.bytes[index]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                index += 1
                continue
            }
            let kind = scanner.bytes[index + 1]
            index += 2
            switch kind {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                var code = scanner.hexadecimal(at: index) ?? 0xFFFD
                index += 4
                if (0xD800...0xDBFF).contains(code), let low = scanner.hexadecimal(at: index + 2) {
                    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                    index += 6
                }
                let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            default: result.append(kind)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// `withUnsafeBufferPointer` with a typed error.
    func withUnsafeBufferPointerTyped<Value>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        let result: Result<Value, JSONError> = withUnsafeBufferPointer { buffer in
            do throws(JSONError) {
                return .success(try body(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
