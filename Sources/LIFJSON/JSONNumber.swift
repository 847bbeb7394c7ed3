/// A JSON number exactly as it was written: `1.0`, `1` and `1e0` are three different spellings and stay so.
public struct JSONNumber: Sendable, Hashable {
    /// The digits as written; always valid against RFC 8259's `number`.
    public let text: String

    /// For the parser, which has checked the grammar.
    init(unchecked text: String) { self.text = text }

    /// An integer, written in decimal digits.
    public init(_ value: Int) { text = String(value) }

    /// The value as an `Int`, `nil` when it has a fraction, an exponent, or does not fit.
    public var int: Int? { Int(text) }

    /// The nearest `Double`; infinite when the number is out of range.
    public var double: Double { Double(text) ?? .nan }
}
