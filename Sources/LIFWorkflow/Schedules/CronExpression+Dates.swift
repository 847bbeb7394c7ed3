import Foundation

/// The expression on a clock that never changes: times are seconds as the clock shows them, counted from its 1970.
extension CronExpression {
    /// The first matching time that is not before `time`, and on a day before `end`'s or on it.
    func firstMatch(from time: Int, to end: Int) -> Int? {
        let minute = time.quotient(roundingUpBy: 60)
        let lastDay = end.quotient(roundingDownBy: 86_400)
        let today = minute.quotient(roundingDownBy: 1_440)
        guard var day = firstDay(from: today, through: lastDay) else { return nil }
        if day == today {
            if let match = minuteOfDay(from: minute - today * 1_440) { return (day * 1_440 + match) * 60 }
            guard let next = firstDay(from: today + 1, through: lastDay) else { return nil }
            day = next
        }
        return minuteOfDay(from: 0).map { (day * 1_440 + $0) * 60 }
    }

    private func minuteOfDay(from start: Int) -> Int? {
        let hour = start / 60
        if hours.contains(hour), let minute = minutes.first(from: start % 60) { return hour * 60 + minute }
        guard let hour = hours.first(from: hour + 1), let minute = minutes.first(from: 0) else { return nil }
        return hour * 60 + minute
    }

    /// Goes from month to month of the Gregorian calendar. Days are counted from 1 January 1970, a Thursday.
    private func firstDay(from start: Int, through last: Int) -> Int? {
        let calendar = Self.calendar
        let parts = calendar.dateComponents([.year, .month, .day], from: Date(dayNumber: start))
        guard var year = parts.year, var month = parts.month, var dayOfMonth = parts.day else { return nil }
        var firstOfMonth = start - dayOfMonth + 1
        while firstOfMonth <= last {
            let (nextYear, nextMonth) = month == 12 ? (year + 1, 1) : (year, month + 1)
            guard let next = calendar.date(from: DateComponents(year: nextYear, month: nextMonth, day: 1)) else {
                return nil
            }
            if months.contains(month) {
                for day in (firstOfMonth + dayOfMonth - 1)..<next.dayNumber
                where matches(dayOfMonth: day - firstOfMonth + 1, dayOfWeek: (day + 4).remainder(roundingDownBy: 7)) {
                    return day
                }
            }
            (year, month, dayOfMonth, firstOfMonth) = (nextYear, nextMonth, 1, next.dayNumber)
        }
        return nil
    }

    private func matches(dayOfMonth: Int, dayOfWeek: Int) -> Bool {
        let fitsMonth = daysOfMonth.contains(dayOfMonth)
        let fitsWeek = daysOfWeek.contains(dayOfWeek)
        let isEither = !daysOfMonth.isWildcard && !daysOfWeek.isWildcard
        return isEither ? fitsMonth || fitsWeek : fitsMonth && fitsWeek
    }

    private static let calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}

extension Date {
    fileprivate init(dayNumber: Int) { self.init(timeIntervalSince1970: Double(dayNumber) * 86_400) }

    fileprivate var dayNumber: Int { Int((timeIntervalSince1970 / 86_400).rounded(.down)) }
}

extension Int {
    fileprivate func quotient(roundingDownBy divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    fileprivate func quotient(roundingUpBy divisor: Int) -> Int { -(-self).quotient(roundingDownBy: divisor) }

    fileprivate func remainder(roundingDownBy divisor: Int) -> Int {
        self - quotient(roundingDownBy: divisor) * divisor
    }
}
