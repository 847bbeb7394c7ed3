import LIFJSON

extension JSONPathScanner {
    /// A string in single or double quotes (RFC 9535, section 2.3.1.1).
    mutating func string() throws(JSONPathError) -> String {
        guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw expected("a string in quotes")
        }
        advance()
        var content: [UInt8] = []
        while let byte = peek, byte != quote {
            if byte < 0x20 { throw expected("an escape, as control characters must have one") }
            if byte == UInt8(ascii: "\\") {
                advance()
                content.append(contentsOf: Array(String(try escaped(quote: quote)).utf8))
            } else {
                content.append(byte)
                advance()
            }
        }
        try expect(quote, "a closing quote")
        return String(decoding: content, as: UTF8.self)
    }

    /// What follows a backslash.
    private mutating func escaped(quote: UInt8) throws(JSONPathError) -> Unicode.Scalar {
        let scalar: Unicode.Scalar
        switch peek {
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "/"): scalar = "/"
        case UInt8(ascii: "\\"): scalar = "\\"
        case quote: scalar = Unicode.Scalar(quote)
        case UInt8(ascii: "u"):
            advance()
            return try unicodeEscape()
        default: throw expected("one of b, f, n, r, t, u, /, a backslash or the quote after a backslash")
        }
        advance()
        return scalar
    }

    /// Four hexadecimal digits, or two times four with `\u` between them: a surrogate must have its other half.
    private mutating func unicodeEscape() throws(JSONPathError) -> Unicode.Scalar {
        let start = offset
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00 else { throw error(.expected("a high surrogate before a low one"), at: start) }
        guard consume(#"\u"#) else { throw expected("the low surrogate that belongs to a high one") }
        let low = offset
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error(.expected("the low surrogate that belongs to a high one"), at: low) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONPathError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch peek {
            case let byte? where byte.isDigit: digit = byte - UInt8(ascii: "0")
            case let byte? where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw expected("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }

    /// An integer of a selector (RFC 9535, section 2.3.3.1, "int"), within the range of I-JSON.
    mutating func integer() throws(JSONPathError) -> Int {
        let start = offset
        try integerDigits(allowsNegativeZero: false)
        let limit = JSONPathLimits.greatestInteger
        guard let value = Int(text(from: start)), (-limit...limit).contains(value) else {
            throw error(.integerOutOfRange, at: start)
        }
        return value
    }

    /// A number of a comparison (RFC 9535, section 2.3.5.1, "number"), of any size.
    mutating func number() throws(JSONPathError) -> JSONValue {
        let start = offset
        try integerDigits(allowsNegativeZero: true)
        if consume(UInt8(ascii: ".")) { try digits() }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            advance()
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try digits()
        }
        do {
            return try JSONParser.parse(text(from: start))
        } catch {
            throw self.error(.expected("a number"), at: start)
        }
    }

    private mutating func integerDigits(allowsNegativeZero: Bool) throws(JSONPathError) {
        let isNegative = consume(UInt8(ascii: "-"))
        if peek == UInt8(ascii: "0") {
            if isNegative && !allowsNegativeZero { throw expected("a digit from 1 to 9") }
            advance()
            if let next = peek, next.isDigit { throw expected("no digit after a leading zero") }
        } else {
            try digits()
        }
    }

    private mutating func digits() throws(JSONPathError) {
        guard let first = peek, first.isDigit else { throw expected("a digit") }
        while let byte = peek, byte.isDigit { advance() }
    }
}
