public import Foundation

extension Date {
    private static let first = Date(timeIntervalSince1970: -62_135_769_600)
    private static let last = Date(timeIntervalSince1970: 253_402_300_799)

    /// This time, or the nearest one from year 1 to year 9999: RFC 3339 can write no other.
    public var inCalendar: Date { min(max(self, Self.first), Self.last) }

    /// RFC 3339 with milliseconds, in UTC: `2026-11-21T22:55:00.000Z`. A time outside of what it can write is written as the
    /// nearest one inside (`inCalendar`).
    public var iso8601: String {
        inCalendar.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Reads RFC 3339 with or without fractional seconds and with any offset; a time without an offset is UTC. A space may
    /// stand for the `T`.
    ///
    /// - Returns: `nil` for any other text, also for a time with something before or after it.
    public init?(iso8601 text: String) {
        guard let text = TimestampText(text) else { return nil }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.hasFraction)
        guard let date = try? Date(text.canonical, strategy: style) else { return nil }
        self = date.inCalendar
    }
}

/// The shape of a time in RFC 3339, section 5.6, which Foundation does not look at closely: it ignores what comes after it,
/// takes years of any length, and counts on from the 99th of a month.
private struct TimestampText {
    private static let date = Array("0000-00-00".utf8)
    private static let time = Array("00:00:00".utf8)
    /// More are not read.
    private static let fractionDigits = 9

    /// With `T`, at most nine digits of a fraction, and an offset.
    let canonical: String
    let hasFraction: Bool

    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard let date = Self.take(Self.date, from: &rest), let separator = rest.popFirst(),
            [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(separator),
            let time = Self.take(Self.time, from: &rest)
        else { return nil }
        var fraction = ""
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix(while: Self.isDigit)
            if digits.isEmpty { return nil }
            fraction = "." + String(decoding: digits.prefix(Self.fractionDigits), as: UTF8.self)
            rest = rest[digits.endIndex...]
        }
        guard let zone = Self.zone(rest), Self.isInCalendar(date), Self.isOnClock(time) else { return nil }
        canonical = "\(date)T\(time)\(fraction)\(zone)"
        hasFraction = !fraction.isEmpty
    }

    /// Takes as many bytes as the form has: a digit where it has one, else the same byte.
    private static func take(_ form: [UInt8], from rest: inout ArraySlice<UInt8>) -> String? {
        let bytes = rest.prefix(form.count)
        guard bytes.count == form.count, zip(bytes, form).allSatisfy({ isDigit($1) ? isDigit($0) : $0 == $1 }) else {
            return nil
        }
        rest = rest.dropFirst(form.count)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func zone(_ bytes: ArraySlice<UInt8>) -> String? {
        if bytes.isEmpty || bytes.elementsEqual("Z".utf8) || bytes.elementsEqual("z".utf8) { return "Z" }
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            digits.count == 2 || digits.count == 4, digits.allSatisfy(isDigit), bytes.count <= 6
        else { return nil }
        let (hours, minutes) = (digits.prefix(2), digits.count == 4 ? digits.suffix(2) : Array("00".utf8)[...])
        let text = "\(String(decoding: hours, as: UTF8.self)):\(String(decoding: minutes, as: UTF8.self))"
        guard number(text.prefix(2)) < 24, number(text.suffix(2)) < 60 else { return nil }
        return String(decoding: [sign], as: UTF8.self) + text
    }

    private static func isInCalendar(_ date: String) -> Bool {
        let (year, month, day) = (number(date.prefix(4)), number(date.dropFirst(5).prefix(2)), number(date.suffix(2)))
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return year > 0 && (1...12).contains(month) && (1...days[month - 1]).contains(day)
    }

    /// The 60th second is a leap second.
    private static func isOnClock(_ time: String) -> Bool {
        number(time.prefix(2)) < 24 && number(time.dropFirst(3).prefix(2)) < 60 && number(time.suffix(2)) <= 60
    }

    /// Of two or four digits.
    private static func number(_ digits: Substring) -> Int { Int(digits) ?? 0 }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
