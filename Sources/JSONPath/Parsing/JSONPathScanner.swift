/// Reads the bytes of a query from left to right and knows where it is.
struct JSONPathScanner {
    let bytes: ArraySlice<UInt8>
    private(set) var offset = 0

    init(_ text: String) { bytes = Array(text.utf8)[...] }

    var isAtEnd: Bool { offset >= bytes.count }
    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func advance(by count: Int = 1) { offset += count }

    /// For what is only blank between two segments when a segment follows.
    mutating func goBack(to offset: Int) { self.offset = offset }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    mutating func consume(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes.dropFirst(offset).starts(with: wanted) else { return false }
        offset += wanted.count
        return true
    }

    mutating func expect(_ byte: UInt8, _ what: String) throws(JSONPathError) {
        guard consume(byte) else { throw expected(what) }
    }

    /// Blank space (RFC 9535, section 2.1.1, "S").
    mutating func skipBlank() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    func text(from start: Int) -> String { String(decoding: bytes[start..<offset], as: UTF8.self) }

    // MARK: - Errors

    func expected(_ what: String) -> JSONPathError { error(.expected(what), at: offset) }

    func error(_ kind: JSONPathError.Kind, at offset: Int) -> JSONPathError {
        JSONPathError(kind, at: JSONPathError.Position(offset: offset, in: bytes))
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLowercase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

    /// RFC 9535, section 2.5.1.1, "name-first"; of other scalars than ASCII each byte.
    var startsName: Bool {
        isLowercase || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) || self == UInt8(ascii: "_")
            || self >= 0x80
    }
}
