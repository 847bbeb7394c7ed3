public import Foundation

extension CronExpression {
    /// The first time after `date` at which the expression fires, by the clocks of `zone`.
    ///
    /// Where clocks are changed it does what cron(8) does. Times that are fixed (neither the minute nor the hour field
    /// starts with `*`) fire once: at the instant of the change when the clocks skip them, and the first time when the
    /// clocks show them twice. Others fire by real time: whenever the clocks show a time that matches.
    ///
    /// - Returns: `nil` when no date in the next 41 years matches. The rarest date that comes again, a 29 February on a
    ///   given day of the week, comes after 40 years at most (2088 to 2128).
    public func next(after date: Date, in zone: TimeZone) -> Date? {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        guard seconds.magnitude < 1e11 else { return nil }
        let instant = Int(seconds)
        let clock = ZoneClock(zone)
        let next = isFixed ? nextFixed(after: instant, clock) : nextInRealTime(after: instant, clock)
        return next.map { Date(timeIntervalSince1970: Double($0)) }
    }

    private var isFixed: Bool { !minutes.isWildcard && !hours.isWildcard }

    private static let horizon = 41 * 366 * ZoneClock.day

    /// A time fires at the first instant at which the clocks show it or a later one: what is not later than the latest
    /// they have shown has fired.
    private func nextFixed(after instant: Int, _ clock: ZoneClock) -> Int? {
        let shown = clock.latestShown(through: instant)
        return firstMatch(from: shown + 1, to: shown + Self.horizon).map(clock.firstInstant(showing:))
    }

    private func nextInRealTime(after previous: Int, _ clock: ZoneClock) -> Int? {
        var instant = previous + 1
        while true {
            let offset = clock.offset(at: instant)
            guard let shown = firstMatch(from: instant + offset, to: previous + Self.horizon) else { return nil }
            let match = shown - offset
            let dayLater = instant + ZoneClock.day
            if let change = clock.change(after: instant, through: min(match, dayLater)) {
                instant = change
            } else if match <= dayLater {
                return match
            } else {
                // Clocks are set back by less than a day, so they show nothing from before `instant` again.
                instant = max(dayLater, match - 2 * ZoneClock.day)
            }
        }
    }
}
