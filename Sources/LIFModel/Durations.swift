extension Duration {
    /// Whole milliseconds, without a fraction; the nearest that an `Int` holds.
    public var inMilliseconds: Int { Int(clamping: whole(perSecond: 1_000)) }

    /// Whole nanoseconds; the nearest that an `Int64` holds: about 292 years at most.
    public var inNanoseconds: Int64 { whole(perSecond: 1_000_000_000) }

    private func whole(perSecond: Int64) -> Int64 {
        let (seconds, attoseconds) = components
        let (product, isTooLarge) = seconds.multipliedReportingOverflow(by: perSecond)
        let (sum, isTooLargeThen) = product.addingReportingOverflow(
            attoseconds / (1_000_000_000_000_000_000 / perSecond))
        if isTooLarge || isTooLargeThen { return seconds < 0 ? .min : .max }
        return sum
    }

    /// Seconds with a fraction, as nearly as a `Double` holds them.
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

    /// Reads a number of milliseconds that another program states, as JSON writes numbers; a fraction is taken.
    ///
    /// - Returns: `nil` for what is no number, negative, or longer than ten years.
    public init?(statedMilliseconds text: String) {
        guard let number = Double(text), number >= 0, number / 1_000 <= Self.longest else { return nil }
        self = .microseconds(Int64((number * 1_000).rounded()))
    }

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
