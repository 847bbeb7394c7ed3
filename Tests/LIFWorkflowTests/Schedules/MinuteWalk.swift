import Foundation

/// What the clocks of a zone show in each minute of some weeks, by Foundation's calendar, and when a set of values would
/// fire if each minute were looked at: the slow truth that `CronExpression` is compared with.
struct MinuteWalk: Sendable {
    /// The sets of values of an expression, and how its fields were written.
    struct Values {
        private let minutes: [Bool]
        private let hours: [Bool]
        private let daysOfMonth: [Bool]
        private let months: [Bool]
        private let daysOfWeek: [Bool]
        /// Neither minute nor hour field starts with a star.
        fileprivate let isFixed: Bool
        /// Neither day field starts with a star.
        private let isEitherDay: Bool

        /// - Parameter fields: Five: each as it is written, and its values.
        init(_ fields: [(text: String, values: Set<Int>)]) {
            let sets = fields.map { field in (0..<60).map(field.values.contains) }
            let stars = fields.map { $0.text.hasPrefix("*") }
            (minutes, hours, daysOfMonth, months, daysOfWeek) = (sets[0], sets[1], sets[2], sets[3], sets[4])
            isFixed = !stars[0] && !stars[1]
            isEitherDay = !stars[2] && !stars[4]
        }

        fileprivate func fit(_ shown: Shown) -> Bool {
            guard minutes[shown.minute], hours[shown.hour], months[shown.month] else { return false }
            let month = daysOfMonth[shown.day]
            let week = daysOfWeek[shown.weekday] || (shown.weekday == 0 && daysOfWeek[7])
            return isEitherDay ? month || week : month && week
        }
    }

    fileprivate struct Shown {
        let month: Int
        let day: Int
        let hour: Int
        let minute: Int
        /// 0 is Sunday.
        let weekday: Int

        init(_ date: Date, _ calendar: Calendar) {
            let parts = calendar.dateComponents([.month, .day, .hour, .minute, .weekday], from: date)
            (month, day, weekday) = (parts.month ?? 0, parts.day ?? 0, (parts.weekday ?? 0) - 1)
            (hour, minute) = (parts.hour ?? 0, parts.minute ?? 0)
        }
    }

    private struct Minute {
        let shown: Shown
        /// What the clocks show or skip now and have not shown before.
        let new: [Shown]
    }

    let zone: TimeZone
    let start: Date
    private let minutes: [Minute]

    var end: Date { start + Double(minutes.count) * 60 }

    init(zone: TimeZone, start: Date, days: Int) {
        self.zone = zone
        self.start = start
        let (calendar, utc) = (Self.calendar(zone), Self.calendar(.gmt))
        var minutes: [Minute] = []
        var latest = Date.distantPast
        for minute in 0..<days * 1_440 {
            let date = start + Double(minute) * 60
            let asUTC = date + Double(zone.secondsFromGMT(for: date))
            var new: [Shown] = []
            if minute > 0, asUTC > latest {
                new = stride(from: 60, through: asUTC.timeIntervalSince(latest), by: 60).map { Shown(latest + $0, utc) }
            }
            latest = max(latest, asUTC)
            minutes.append(Minute(shown: Shown(date, calendar), new: new))
        }
        self.minutes = minutes
    }

    private static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }

    /// The times in the weeks, but for the first day: what clocks showed before it may matter to that.
    func times(_ values: Values) -> [Date] {
        minutes.indices.dropFirst(1_441).filter { index in
            let minute = minutes[index]
            return values.isFixed ? minute.new.contains(where: values.fit) : values.fit(minute.shown)
        }
        .map { start + Double($0) * 60 }
    }
}
