import LIFModel

/// Durations, sizes and numbers as people write them in the configuration.
package enum Quantity {
    /// `250ms`, `15s`, `2m`, `24h`, `7d`, or a plain number of seconds.
    package static func duration(_ text: String) -> Duration? { Duration(text: text) }

    /// `64MiB`, `512KiB`, `1GiB`, or a plain number of bytes.
    package static func bytes(_ text: String) -> Int? {
        let units: [(String, Double)] = [
            ("KiB", 1_024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("B", 1), ("", 1),
        ]
        guard let (number, factor) = split(text, units), number * factor <= 1e15 else { return nil }
        return Int(number * factor)
    }

    /// Digits with an optional fraction; no sign, exponent, or words such as "nan".
    package static func number(_ text: some StringProtocol) -> Double? {
        guard let first = text.utf8.first, digits.contains(first), text.utf8.count <= 20,
            text.utf8.allSatisfy({ digits.contains($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return Double(text)
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private static func split(_ text: String, _ units: [(String, Double)]) -> (Double, Double)? {
        let unit = text.drop { ("0"..."9").contains($0) || $0 == "." }
        let digits = text.dropLast(unit.count)
        guard let factor = units.first(where: { $0.0 == unit.trimmed })?.1, let number = number(digits) else {
            return nil
        }
        return (number, factor)
    }
}
