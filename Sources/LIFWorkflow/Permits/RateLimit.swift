import LIFModel

/// How many tasks may start in a period: `10/s`, `600/min`, `1000/h`.
public struct RateLimit: Sendable, Hashable {
    /// In any stretch of time as long as `period`; from 1 to ``largest``.
    public let starts: Int
    /// The length of the period.
    public let period: Duration

    /// The most starts that a rate may have.
    public static let largest = 100_000

    /// A rate of so many starts in each period.
    public init(starts: Int, period: Duration) {
        self.starts = starts
        self.period = period
    }

    /// Reads a whole number, a slash and `s`, `min` or `h`; `nil` for anything else.
    public init?(text: String) {
        let words = text.split(separator: "/", omittingEmptySubsequences: false)
        guard words.count == 2, words[0].utf8.count <= 6, words[0].utf8.allSatisfy({ (48...57).contains($0) }),
            let starts = Int(words[0]), (1...Self.largest).contains(starts), let seconds = Self.units[String(words[1])]
        else { return nil }
        self.init(starts: starts, period: .seconds(seconds))
    }

    private static let units = ["s": 1, "min": 60, "h": 3_600]
}
