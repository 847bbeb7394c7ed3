import Foundation

/// The clocks of a time zone. Instants are seconds of real time since 1970; what clocks show is counted likewise.
///
/// Clocks are changed once in two days at most, and by a day at most.
struct ZoneClock {
    static let day = 86_400

    private let zone: TimeZone

    init(_ zone: TimeZone) { self.zone = zone }

    /// What the clocks show less real time.
    func offset(at instant: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
    }

    /// The instant of a change of the clocks, if there is one.
    func change(after start: Int, through end: Int) -> Int? {
        let offset = offset(at: start)
        guard end > start, self.offset(at: end) != offset else { return nil }
        var (before, changed) = (start, end)
        while changed - before > 1 {
            let middle = before + (changed - before) / 2
            if self.offset(at: middle) == offset { before = middle } else { changed = middle }
        }
        return changed
    }

    /// The latest time that the clocks have shown, now or before they were set back.
    func latestShown(through instant: Int) -> Int {
        let shown = instant + offset(at: instant)
        guard let change = change(after: instant - Self.day, through: instant) else { return shown }
        return max(shown, change - 1 + offset(at: change - 1))
    }

    /// The first instant at which the clocks show this time, or, when they skip it, a later one.
    func firstInstant(showing time: Int) -> Int {
        let (start, end) = (time - Self.day, time + Self.day)
        let early = time - offset(at: start)
        guard let change = change(after: start, through: end), early >= change else { return early }
        return max(change, time - offset(at: end))
    }
}
