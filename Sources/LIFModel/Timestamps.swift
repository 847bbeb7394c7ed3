public import Foundation

extension Date {
    /// RFC 3339 with milliseconds, in UTC: `2026-11-21T22:55:00.000Z`.
    public var iso8601: String {
        formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Reads RFC 3339 with or without fractional seconds and with any offset; a time without an offset is UTC.
    public init?(iso8601 text: String) {
        let hasZone = text.hasSuffix("Z") || text.dropFirst(10).contains(where: { $0 == "+" || $0 == "-" })
        let zoned = hasZone ? text : text + "Z"
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            if let date = try? Date(zoned, strategy: style) {
                self = date
                return
            }
        }
        return nil
    }
}
