/// A date in one of the three forms that a recipient of HTTP reads (RFC 9110, section 5.6.7). All are in GMT.
struct HTTPDate: Sendable, Hashable {
    let secondsSince1970: Int

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    /// - Parameter now: Seconds since 1970, to choose the century of a year of two digits.
    init?(_ text: String, now: Double) {
        let words = text.split(separator: " ", maxSplits: 16).map { String($0) }
        guard let weekday = words.first, Self.days.contains(where: { weekday.hasPrefix($0) }) else { return nil }
        let fields: (day: String, month: String, year: String, time: String)
        switch words.count {
        // Sun, 06 Nov 1994 08:49:37 GMT
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
            fields = (words[1], words[2], words[3], words[4])
        // Sun Nov  6 08:49:37 1994
        case 5: fields = (words[2], words[1], words[4], words[3])
        // Sunday, 06-Nov-94 08:49:37 GMT
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
            guard date.count == 3, date[2].utf8.count == 2 else { return nil }
            fields = (date[0], date[1], date[2], words[2])
        default: return nil
        }
        let clock = fields.time.split(separator: ":", omittingEmptySubsequences: false).map { Self.number($0, 2...2) }
        guard let month = Self.months.firstIndex(of: fields.month), let day = Self.number(fields.day, 1...2),
            var year = Self.number(fields.year, 2...4), clock.count == 3, let hour = clock[0], let minute = clock[1],
            let second = clock[2], (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        if fields.year.utf8.count == 2 {
            // One that seems to be more than 50 years ahead is the latest past year with these digits.
            let current = 1_970 + Int(min(max(now, 0), 1e11) / 31_556_952)
            year += current / 100 * 100
            if year > current + 50 { year -= 100 }
        }
        let date = Self.daysSince1970(year, month + 1, day)
        secondsSince1970 = date * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func number(_ text: some StringProtocol, _ digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// In the Gregorian calendar, with years that begin in March, so that the day that varies is the last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
