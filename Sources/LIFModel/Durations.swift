extension Duration {
    /// Whole milliseconds, rounded down.
    public var inMilliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }

    public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// "10 s" or "250 ms".
    public var forPeople: String {
        let milliseconds = inMilliseconds
        return milliseconds % 1_000 == 0 && milliseconds > 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }
}

extension Duration {
    /// The units in which people write durations, the longest first, in milliseconds.
    private static let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]

    /// The longest duration that is read, in seconds: ten years.
    private static let longest: Double = 10 * 366 * 86_400

    /// Reads a duration as people write it: `250ms`, `15s`, `2m`, `24h`, `7d`, or a plain number of seconds.
    ///
    /// Fractions are taken, and rounded to milliseconds. There is no sign, no exponent and no second unit.
    ///
    /// - Returns: `nil` when the text is none, and when it is longer than ten years.
    public init?(text: String) {
        let digits = text.utf8.prefix { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
        var unit = text[digits.endIndex...].drop(while: \.isWhitespace)
        while unit.last?.isWhitespace == true { unit.removeLast() }
        let factor = unit.isEmpty ? 1_000 : Self.units.first { $0.0 == unit }?.1
        guard let factor, let first = digits.first, Self.isDigit(first), digits.count <= 20,
            let number = Double(Substring(digits)), number * Double(factor) / 1_000 <= Self.longest
        else { return nil }
        self = .milliseconds(Int64((number * Double(factor)).rounded()))
    }

    /// The shortest text that `init(text:)` reads as this many whole milliseconds: `1d`, `90s`, `250ms`.
    public var text: String {
        let milliseconds = max(inMilliseconds, 0)
        guard milliseconds > 0, let (name, factor) = Self.units.first(where: { milliseconds % $0.1 == 0 }) else {
            return "0s"
        }
        return "\(milliseconds / factor)\(name)"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
