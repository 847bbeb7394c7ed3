import LIFJSON

/// The mathematical value of a number as it was written: 1, 1.0 and 10e-1 are the same.
///
/// The value is 0.d₁d₂d₃… × 10^exponent, with d₁ and the last digit not zero; zero has no digits. Exponents beyond
/// ±10^17 count as that.
struct DecimalNumber {
    private let isNegative: Bool
    private let digits: [UInt8]
    private let exponent: Int

    init(_ number: JSONNumber) {
        var text = Array(number.text.utf8)[...]
        let hasMinus = text.first == UInt8(ascii: "-")
        if hasMinus { text.removeFirst() }
        let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        let all = whole + mantissa.dropFirst(whole.count + 1)
        let significant = all.drop { $0 == UInt8(ascii: "0") }
        var trimmed = significant
        while trimmed.last == UInt8(ascii: "0") { trimmed.removeLast() }
        digits = Array(trimmed)
        isNegative = hasMinus && !trimmed.isEmpty
        let shift = whole.count - (all.count - significant.count)
        exponent = trimmed.isEmpty ? 0 : Self.exponent(text.dropFirst(mantissa.count + 1)) + shift
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
        let limit = 100_000_000_000_000_000
        let isNegative = text.first == UInt8(ascii: "-")
        var value = 0
        for digit in text where digit.isDigit { value = min(value * 10 + Int(digit & 0xF), limit) }
        return isNegative ? -value : value
    }

    static func == (left: Self, right: Self) -> Bool {
        left.isNegative == right.isNegative && left.exponent == right.exponent && left.digits == right.digits
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
    }

    /// Without the signs.
    private func isSmaller(than other: Self) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
        if exponent != other.exponent { return exponent < other.exponent }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}
