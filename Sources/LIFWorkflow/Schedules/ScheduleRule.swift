public import Foundation
import LIFModel

/// When a plan runs again and again: at times of a clock, or at equal distances (Orchestrator seed, "DAG": "Schedule").
///
/// It knows no clock: whoever asks says what time it is.
public struct ScheduleRule: Sendable, Hashable {
    /// At which times a rule fires.
    public enum Timing: Sendable, Hashable {
        /// By the clocks of the rule's time zone.
        case cron(CronExpression)
        /// Counted from the schedule's creation; the first firing is one interval after it. Whole seconds count, and at
        /// least one.
        case interval(Duration)
    }

    /// The times at which the rule fires.
    public let timing: Timing
    /// The zone by whose clocks cron times are read; intervals do not depend on it.
    public let timeZone: TimeZone
    /// Whether firings that were missed, while no process ran, are made up for.
    public let catchUp: Bool

    /// A rule; cron times are in UTC and missed firings are not made up for, unless said otherwise.
    public init(_ timing: Timing, timeZone: TimeZone = .gmt, catchUp: Bool = false) {
        self.timing = timing
        self.timeZone = timeZone
        self.catchUp = catchUp
    }

    /// How late a firing may be when missed ones are not made up for.
    public static let grace: Duration = .seconds(60)

    /// By how much the clock of another process, or one that is adjusted, may be earlier than what was dealt with.
    public static let clockSkew: Duration = .seconds(5)
}

extension ScheduleRule {
    /// The first time after `date`, and after the creation, at which the schedule fires.
    ///
    /// - Returns: `nil` when it never fires again.
    public func next(after date: Date, anchoredAt created: Date) -> Date? {
        switch timing {
        case .cron(let expression): expression.next(after: max(date, created), in: timeZone)
        case .interval(let interval): IntervalTimes(interval, anchoredAt: created).next(after: date)
        }
    }

    /// What is to be done now about a schedule that was last looked at some time ago.
    ///
    /// With `catchUp` each time that has passed is due, the oldest first, up to `limit`; further ones are skipped.
    /// Without it only the latest is due, when it is not more than `grace` ago.
    ///
    /// Once the answer is carried out, all up to `now` is dealt with: that is `last` in the next call. When the clock
    /// was set back by more than `clockSkew`, nothing is due now, and the schedule goes on from now.
    ///
    /// - Parameters:
    ///   - created: When the schedule was made; nothing fires before it.
    ///   - last: Up to when times have been dealt with already.
    public func dueTimes(
        anchoredAt created: Date, after last: Date, now: Date, limit: Int = DueTimes.standardLimit
    ) -> DueTimes {
        let start = max(last, created)
        if start > now + Self.clockSkew.inSeconds {
            return DueTimes(
                due: [], skipped: 0, next: self.next(after: now, anchoredAt: min(created, now)), isSetBack: true)
        }
        let next = next(after: max(start, now), anchoredAt: created)
        let passed = count(after: start, through: now, anchoredAt: created)
        guard passed > 0 else { return DueTimes(due: [], skipped: 0, next: next) }
        let due: [Date]
        if catchUp {
            due = times(after: start, through: now, anchoredAt: created, limit: limit)
        } else {
            let stillInTime = max(start, now - Self.grace.inSeconds - 0.001)
            due = times(after: stillInTime, through: now, anchoredAt: created, limit: .max).suffix(1)
        }
        return DueTimes(due: due, skipped: passed - due.count, next: next)
    }

    private func times(after start: Date, through end: Date, anchoredAt created: Date, limit: Int) -> [Date] {
        var times: [Date] = []
        var time = start
        while times.count < limit, let next = next(after: time, anchoredAt: created), next <= end {
            times.append(next)
            time = next
        }
        return times
    }

    private func count(after start: Date, through end: Date, anchoredAt created: Date) -> Int {
        switch timing {
        case .cron:
            times(after: start, through: end, anchoredAt: created, limit: DueTimes.countedAtMost).count
        case .interval(let interval):
            min(
                IntervalTimes(interval, anchoredAt: created).count(after: start, through: end), DueTimes.countedAtMost)
        }
    }
}
