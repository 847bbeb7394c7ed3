import Foundation

/// How long another process has not renewed its lease, as far as this one could see.
///
/// It is looked at by a clock that nobody sets and that stands still while the machine sleeps. When this process did not run
/// itself (its container was paused, it was stopped), its own looks are far apart; only a part of such a gap counts, because
/// the other may have been stopped with it.
struct PeerSilence {
    private let longestGap: Duration
    private let expiry: Duration
    /// The modification time of its file, when it was last looked at.
    private var touchedAt: Date?
    private var lookedAt: SuspendingClock.Instant
    private var silentFor = Duration.zero

    /// Whether it counts as hung.
    var isHung: Bool { silentFor > expiry }

    /// - Parameters:
    ///   - renewal: How often it is looked at.
    ///   - expiry: After how long without a renewal it counts as hung.
    init(renewal: Duration, expiry: Duration, touchedAt: Date?, at now: SuspendingClock.Instant = .now) {
        (longestGap, self.expiry) = (renewal * 2, expiry)
        (self.touchedAt, lookedAt) = (touchedAt, now)
    }

    /// Notes a look at its file.
    ///
    /// - Returns: Whether it has begun to count as hung.
    mutating func look(_ touchedAt: Date, at now: SuspendingClock.Instant = .now) -> Bool {
        let wasHung = isHung
        silentFor = touchedAt == self.touchedAt ? silentFor + min(now - lookedAt, longestGap) : .zero
        (self.touchedAt, lookedAt) = (touchedAt, now)
        return isHung && !wasHung
    }
}
