/// Writes JSON by hand, minified, into bytes. Commas are put where they belong.
///
///     var writer = JSONWriter()
///     writer.object { writer in
///         writer.member("status", "RUNNING")
///         writer.member("parts", parts)       // a RawJSON is spliced as it is
///     }
public struct JSONWriter: Sendable {
    /// What has been written so far. It is one JSON value once each container is closed and each name has its value.
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    /// An empty writer.
    ///
    /// - Parameter capacity: Bytes to make room for; more may be written.
    public init(reservingCapacity capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// What was written, as a value. The caller must have written exactly one complete value: this is not checked.
    public var raw: RawJSON { RawJSON(unchecked: bytes[...]) }

    /// Writes an object whose members `body` writes, with ``name(_:)`` and a value or with ``member(_:_:)-(String,String?)``.
    public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try container(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Writes an array whose elements `body` writes.
    public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try container(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    private mutating func container(
        _ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        bytes.append(open)
        needsComma = false
        try body(&self)
        bytes.append(close)
        needsComma = true
    }

    /// A member's name; its value must follow.
    public mutating func name(_ name: String) {
        separate()
        append(quoted: name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member whose value is a string, or `null` for `nil`.
    public mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { self.value(value) } else { null() }
    }

    /// Writes a member whose value is an integer.
    public mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member whose value is a boolean.
    public mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member whose value is JSON already; its bytes are spliced.
    public mutating func member(_ name: String, _ value: RawJSON) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member whose value has been parsed or built.
    public mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }

    /// Writes a string. Quotes, backslashes and control characters are escaped; all else stays UTF-8.
    public mutating func value(_ value: String) {
        separate()
        append(quoted: value)
        needsComma = true
    }

    /// Writes an integer in decimal digits.
    public mutating func value(_ value: Int) {
        literal(String(value))
    }

    /// Writes `true` or `false`.
    public mutating func value(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    /// Writes `null`.
    public mutating func null() {
        literal("null")
    }

    /// Splices bytes that are JSON already.
    public mutating func value(_ value: RawJSON) {
        separate()
        bytes.append(contentsOf: value.bytes)
        needsComma = true
    }

    /// Writes a value with its whole structure; numbers keep their spelling.
    ///
    /// This recurses once per level: the value must not be deeper than ``JSONLimits/greatestDepth``.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let bool): self.value(bool)
        case .number(let number): literal(number.text)
        case .string(let string): self.value(string)
        case .array(let elements):
            array { writer in
                for element in elements { writer.value(element) }
            }
        case .object(let object):
            self.object { writer in
                for member in object.members { writer.member(member.name, member.value) }
            }
        }
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func append(quoted text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { buffer in
            var start = 0
            for index in buffer.indices {
                let byte = buffer[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                bytes.append(contentsOf: buffer[start..<index])
                append(escaped: byte)
                start = index + 1
            }
            bytes.append(contentsOf: buffer[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
        case 0x08: bytes.append(contentsOf: "\\b".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0C: bytes.append(contentsOf: "\\f".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 0x0F)])
        }
    }
}
