/// Cuts a document into tokens, one at a time, over its UTF-8 bytes.
struct GraphQLLexer {
    private let bytes: [UInt8]
    private let limits: GraphQLLimits
    private var index = 0
    private var line = 1
    private var column = 1
    private var tokenCount = 0

    init(_ text: String, limits: GraphQLLimits) throws(GraphQLError) {
        guard text.utf8.count <= limits.maximumBytes else {
            throw GraphQLError("The document is larger than \(limits.maximumBytes) bytes.")
        }
        self.bytes = Array(text.utf8)
        self.limits = limits
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    private var location: GraphQLError.Location { GraphQLError.Location(line: line, column: column) }

    mutating func next() throws(GraphQLError) -> GraphQLToken {
        skipIgnored()
        let start = location
        tokenCount += 1
        guard tokenCount <= limits.maximumTokens else {
            throw .syntax("The document has more than \(limits.maximumTokens) tokens.", at: start)
        }
        guard let byte = peek() else { return GraphQLToken(kind: .end, location: start) }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            advance()
            return GraphQLToken(kind: .punctuator(byte), location: start)
        case UInt8(ascii: "."):
            guard peek(1) == byte, peek(2) == byte else { throw .syntax("Unexpected character: '.'.", at: start) }
            advance(3)
            return GraphQLToken(kind: .spread, location: start)
        case UInt8(ascii: "\""):
            let isBlock = peek(1) == byte && peek(2) == byte
            return GraphQLToken(
                kind: isBlock ? .blockString(try blockString()) : .string(try string()), location: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return GraphQLToken(kind: try number(), location: start)
        default:
            guard byte.isNameStart else { throw .syntax("Unexpected character.", at: start) }
            return GraphQLToken(kind: .name(try name()), location: start)
        }
    }

    // MARK: Moving

    private func peek(_ ahead: Int = 0) -> UInt8? {
        index + ahead < bytes.count ? bytes[index + ahead] : nil
    }

    /// Steps over bytes that end no line.
    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count {
            if bytes[index] & 0xC0 != 0x80 { column += 1 }
            index += 1
        }
    }

    private mutating func advanceOverLineEnd() {
        let isPair = bytes[index] == UInt8(ascii: "\r") && peek(1) == UInt8(ascii: "\n")
        index += isPair ? 2 : 1
        line += 1
        column = 1
    }

    private mutating func skipIgnored() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","): advance()
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): advanceOverLineEnd()
            case UInt8(ascii: "#"):
                while let next = peek(), !next.isLineEnd { advance() }
            default: return
            }
        }
    }

    // MARK: Tokens

    private mutating func name() throws(GraphQLError) -> String {
        let place = location
        let start = index
        while let byte = peek(), byte.isNameStart || byte.isDigit { advance() }
        guard index - start <= limits.maximumNameBytes else {
            throw .syntax("A name is longer than \(limits.maximumNameBytes) bytes.", at: place)
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func number() throws(GraphQLError) -> GraphQLToken.Kind {
        let start = index
        var isFloat = false
        if peek() == UInt8(ascii: "-") { advance() }
        if peek() == UInt8(ascii: "0") {
            advance()
            if let byte = peek(), byte.isDigit {
                throw .syntax("Invalid number, unexpected digit after 0.", at: location)
            }
        } else {
            try digits()
        }
        if peek() == UInt8(ascii: ".") {
            isFloat = true
            advance()
            try digits()
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            isFloat = true
            advance()
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { advance() }
            try digits()
        }
        if let byte = peek(), byte == UInt8(ascii: ".") || byte.isNameStart {
            throw .syntax("Invalid number, expected digit.", at: location)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        return isFloat ? .float(text) : .int(text)
    }

    private mutating func digits() throws(GraphQLError) {
        guard let byte = peek(), byte.isDigit else { throw .syntax("Invalid number, expected digit.", at: location) }
        while let byte = peek(), byte.isDigit { advance() }
    }

    private mutating func string() throws(GraphQLError) -> String {
        advance()
        var text: [UInt8] = []
        while let byte = peek(), !byte.isLineEnd {
            switch byte {
            case UInt8(ascii: "\""):
                advance()
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text.append(contentsOf: Array(String(try escape()).utf8))
            case 0..<0x20 where byte != UInt8(ascii: "\t"):
                throw .syntax("Invalid character within String.", at: location)
            default:
                text.append(byte)
                advance()
            }
        }
        throw .syntax("Unterminated string.", at: location)
    }

    private mutating func escape() throws(GraphQLError) -> UnicodeScalar {
        let place = location
        advance()
        guard let byte = peek() else { throw .syntax("Unterminated string.", at: location) }
        let simple: UnicodeScalar? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): UnicodeScalar(byte)
            case UInt8(ascii: "b"): "\u{8}"
            case UInt8(ascii: "f"): "\u{c}"
            case UInt8(ascii: "n"): "\n"
            case UInt8(ascii: "r"): "\r"
            case UInt8(ascii: "t"): "\t"
            default: nil
            }
        if let simple {
            advance()
            return simple
        }
        guard byte == UInt8(ascii: "u") else { throw .syntax("Invalid character escape sequence.", at: place) }
        advance()
        guard let unit = hexadecimalUnit() else { throw .syntax("Invalid Unicode escape sequence.", at: place) }
        if let scalar = UnicodeScalar(unit) { return scalar }
        guard (0xD800..<0xDC00).contains(unit), peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") else {
            throw .syntax("Invalid Unicode escape sequence.", at: place)
        }
        advance(2)
        guard let low = hexadecimalUnit(), (0xDC00..<0xE000).contains(low),
            let scalar = UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw .syntax("Invalid Unicode escape sequence.", at: place) }
        return scalar
    }

    /// Four hexadecimal digits, or, in braces, one to six (as newer drafts of the specification allow).
    private mutating func hexadecimalUnit() -> UInt32? {
        var value: UInt32 = 0
        var count = 0
        let isBraced = peek() == UInt8(ascii: "{")
        if isBraced { advance() }
        while count < (isBraced ? 6 : 4), let byte = peek(), let digit = byte.hexadecimalDigit {
            value = value << 4 | digit
            count += 1
            advance()
        }
        guard isBraced else { return count == 4 ? value : nil }
        guard count > 0, peek() == UInt8(ascii: "}") else { return nil }
        advance()
        return value
    }

    private mutating func blockString() throws(GraphQLError) -> String {
        advance(3)
        let quote = UInt8(ascii: "\"")
        var lines: [[UInt8]] = [[]]
        while let byte = peek() {
            if byte == quote, peek(1) == quote, peek(2) == quote {
                advance(3)
                return GraphQLBlockString.text(of: lines)
            }
            if byte == UInt8(ascii: "\\"), peek(1) == quote, peek(2) == quote, peek(3) == quote {
                advance(4)
                lines[lines.count - 1].append(contentsOf: [quote, quote, quote])
            } else if byte.isLineEnd {
                advanceOverLineEnd()
                lines.append([])
            } else {
                lines[lines.count - 1].append(byte)
                advance()
            }
        }
        throw .syntax("Unterminated string.", at: location)
    }
}

extension UInt8 {
    fileprivate var isLineEnd: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }

    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isNameStart: Bool {
        (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z")) || self == UInt8(ascii: "_")
    }

    fileprivate var hexadecimalDigit: UInt32? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
