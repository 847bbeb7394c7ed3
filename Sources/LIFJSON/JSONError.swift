/// Why bytes are not JSON, and where. It never repeats the bytes themselves: they may be a learner's.
public struct JSONError: Error, Sendable, Hashable {
    /// What is wrong with the text.
    public enum Kind: Sendable, Hashable {
        case unexpectedEnd
        case expected(String)
        case invalidUTF8
        case invalidNumber
        case invalidEscape
        case controlCharacter
        case trailingContent
        case tooDeep(limit: Int)
        case tooLarge(limit: Int)
    }

    /// What is wrong at ``offset``.
    public let kind: Kind
    /// Zero-based offset of the first byte that does not fit.
    public let offset: Int
    /// One-based line and column (in bytes) of that offset.
    public let line: Int
    /// One-based column of the offset, counted in bytes.
    public let column: Int

    init(_ kind: Kind, offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        self.kind = kind
        self.offset = offset
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.line = line
        self.column = offset - lineStart + 1
    }
}

extension JSONError: CustomStringConvertible {
    /// The reason with line and column, without any of the text: "expected a value at line 1, column 3".
    public var description: String { "\(reason) at line \(line), column \(column)" }

    private var reason: String {
        switch kind {
        case .unexpectedEnd: "the JSON text ends too early"
        case .expected(let what): "expected \(what)"
        case .invalidUTF8: "the text is not valid UTF-8"
        case .invalidNumber: "a number is not written as JSON allows"
        case .invalidEscape: "a string has an escape that JSON does not allow"
        case .controlCharacter: "a string has an unescaped control character"
        case .trailingContent: "there is more text after the JSON value"
        case .tooDeep(let limit): "arrays and objects are nested deeper than \(limit)"
        case .tooLarge(let limit): "the JSON text is larger than \(limit) bytes"
        }
    }
}
