import Foundation

/// The times of an interval schedule: any number of intervals after the first whole second that is not before its
/// creation. Whole seconds stay the same however a store writes them.
struct IntervalTimes {
    private let anchor: Int
    private let interval: Int

    init(_ interval: Duration, anchoredAt created: Date) {
        anchor = Self.seconds(created, .up)
        self.interval = Int(min(max(interval.components.seconds, 1), 10_000_000_000))
    }

    func next(after date: Date) -> Date {
        Date(timeIntervalSince1970: Double(anchor + (passed(at: date) + 1) * interval))
    }

    func count(after start: Date, through end: Date) -> Int { max(passed(at: end) - passed(at: start), 0) }

    /// How many times have come when it is `date`.
    private func passed(at date: Date) -> Int { max((Self.seconds(date, .down) - anchor) / interval, 0) }

    private static func seconds(_ date: Date, _ rounding: FloatingPointRoundingRule) -> Int {
        Int(min(max(date.timeIntervalSince1970.rounded(rounding), -1e11), 1e11))
    }
}
