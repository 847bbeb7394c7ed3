/// Walks over JSON text, token by token, and checks it strictly (RFC 8259). The parser and the minifier share it.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    private(set) var index = 0
    private var depth = 0

    /// - Throws: `JSONError` when the text is too large or not UTF-8.
    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) throws(JSONError) {
        self.bytes = bytes
        self.limits = limits
        if bytes.count > limits.maximumBytes {
            throw JSONError(.tooLarge(limit: limits.maximumBytes), offset: 0, in: bytes)
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONError(.invalidUTF8, offset: error.byteOffsets.lowerBound, in: bytes)
        }
    }

    func failure(_ kind: JSONError.Kind, at offset: Int? = nil) -> JSONError {
        let offset = offset ?? index
        if case .expected = kind, offset >= bytes.count {
            return JSONError(.unexpectedEnd, offset: bytes.count, in: bytes)
        }
        return JSONError(kind, offset: offset, in: bytes)
    }

    /// The next byte that is not white space, not consumed; 0 at the end.
    mutating func peek() -> UInt8 {
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return byte
            }
        }
        return 0
    }

    /// Consumes the byte when it is next.
    mutating func consume(_ byte: UInt8) -> Bool {
        guard peek() == byte, index < bytes.count else { return false }
        index += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ what: String) throws(JSONError) {
        guard consume(byte) else { throw failure(.expected(what)) }
    }

    mutating func enter() throws(JSONError) {
        depth += 1
        if depth > limits.maximumDepth { throw failure(.tooDeep(limit: limits.maximumDepth)) }
        index += 1
    }

    mutating func leave() { depth -= 1 }

    /// Consumes a container's closing bracket and leaves it.
    mutating func close(object isObject: Bool) throws(JSONError) {
        if isObject {
            try expect(UInt8(ascii: "}"), "',' or '}'")
        } else {
            try expect(UInt8(ascii: "]"), "',' or ']'")
        }
        leave()
    }

    mutating func end() throws(JSONError) {
        _ = peek()
        if index < bytes.count { throw failure(.trailingContent) }
    }

    mutating func literal(_ text: StaticString) throws(JSONError) {
        let length = text.utf8CodeUnitCount
        guard index + length <= bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        for offset in 0..<length where bytes[index + offset] != text.utf8Start[offset] {
            throw failure(.expected("a value"))
        }
        index += length
    }

    /// A number; gives its range.
    mutating func number() throws(JSONError) -> Range<Int> {
        let start = index
        if byte(at: index) == UInt8(ascii: "-") { index += 1 }
        if byte(at: index) == UInt8(ascii: "0") {
            index += 1
        } else {
            try digits()
        }
        if byte(at: index) == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if byte(at: index) | 0x20 == UInt8(ascii: "e") {
            index += 1
            if byte(at: index) == UInt8(ascii: "+") || byte(at: index) == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        return start..<index
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while isDigit(byte(at: index)) { index += 1 }
        if index == start { throw failure(.invalidNumber) }
    }

    /// A string; gives the range between its quotation marks and whether it holds an escape.
    mutating func string() throws(JSONError) -> (range: Range<Int>, hasEscape: Bool) {
        guard consume(UInt8(ascii: "\"")) else { throw failure(.expected("a string")) }
        let start = index
        var hasEscape = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index += 1
                return (start..<(index - 1), hasEscape)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                try escape()
            } else if byte < 0x20 {
                throw failure(.controlCharacter)
            } else {
                index += 1
            }
        }
        throw failure(.unexpectedEnd)
    }

    /// Checks one escape. A surrogate that stands alone names no character and is refused (RFC 7493, 2.1).
    private mutating func escape() throws(JSONError) {
        let start = index
        switch byte(at: index + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 2
        case UInt8(ascii: "u"):
            guard let first = hexadecimal(at: index + 2) else { throw failure(.invalidEscape, at: start) }
            index += 6
            if (0xDC00...0xDFFF).contains(first) { throw failure(.invalidEscape, at: start) }
            guard (0xD800...0xDBFF).contains(first) else { return }
            guard byte(at: index) == UInt8(ascii: "\\"), byte(at: index + 1) == UInt8(ascii: "u"),
                let second = hexadecimal(at: index + 2), (0xDC00...0xDFFF).contains(second)
            else { throw failure(.invalidEscape, at: start) }
            index += 6
        default:
            throw failure(.invalidEscape, at: start)
        }
    }

    /// The four hexadecimal digits at the offset as a number.
    func hexadecimal(at offset: Int) -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for position in offset..<(offset + 4) {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    @inline(__always)
    private func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
