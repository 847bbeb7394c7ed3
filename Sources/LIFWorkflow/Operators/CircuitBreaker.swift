public import Foundation

/// Keeps a source that fails again and again from being asked for a while. Pure: the clock is passed in.
///
/// Closed: the source is asked. After `BreakerPolicy.failures` failures in a row it opens: the source is not asked. It opens at
/// once when a source asks to be left alone for longer than `BreakerPolicy.openFor`. When the time is over one fetch is let
/// through; it closes or opens it again, and others wait for that.
public struct CircuitBreaker: Sendable, Hashable {
    /// Failures since the last success.
    public var failures: Int
    /// Not asked before.
    public var opensAgainAt: Date?
    /// When it was said so. A clock that shows an earlier time was set back, and says nothing about `opensAgainAt`.
    public var openedAt: Date?
    /// A fetch was let through to see whether the source is well; until then no other is, at the latest.
    public var probingUntil: Date?

    /// A breaker as a store keeps it; closed unless said otherwise.
    public init(
        failures: Int = 0, opensAgainAt: Date? = nil, openedAt: Date? = nil, probingUntil: Date? = nil
    ) {
        self.failures = failures
        self.opensAgainAt = opensAgainAt
        self.openedAt = openedAt
        self.probingUntil = probingUntil
    }

    /// Whether a fetch may go to the source now.
    public enum Admission: Sendable, Hashable {
        /// It may go; the breaker is closed.
        case open
        /// It is let through alone.
        case probe
        /// Another fetch was let through: what it shows decides, at this time at the latest.
        case wait(until: Date)
        /// The breaker is open: the part fails with `circuit-open`. At this time a fetch may be let through.
        case refused(until: Date)
    }

    /// By how much the clock of another process, or one that is adjusted, may be late.
    private static let clockSkew = 5.0

    /// Whether a fetch may go on now; a probe is noted. A clock that was set back keeps no fetch waiting: one is let
    /// through sooner.
    public mutating func admit(now: Date, probeFor: Duration) -> Admission {
        guard let opensAgainAt else { return .open }
        if now < opensAgainAt, !isSetBack(now) { return .refused(until: opensAgainAt) }
        let end = now.addingTimeInterval(probeFor / .seconds(1))
        if let probingUntil, now < probingUntil, probingUntil <= end + Self.clockSkew {
            return .wait(until: probingUntil)
        }
        probingUntil = end
        return .probe
    }

    private func isSetBack(_ now: Date) -> Bool { openedAt.map { now + Self.clockSkew < $0 } ?? false }

    /// Notes that the source answered: the breaker closes, and the count of failures starts again at 0.
    public mutating func succeeded() { self = CircuitBreaker() }

    /// Counts a failure that says something about the source.
    ///
    /// - Parameter retryAfter: How long the source asks to be left alone. A breaker that is open stays so for at least that
    ///   time, up to `BreakerPolicy.longestRetryAfter`; fetches that were under way then do not shorten it.
    /// - Returns: Whether it was closed, and is open now.
    @discardableResult
    public mutating func failed(now: Date, policy: BreakerPolicy, retryAfter: Duration? = nil) -> Bool {
        if policy.failures <= 0 { return false }
        failures += 1
        probingUntil = nil
        let asked = min(retryAfter ?? .zero, BreakerPolicy.longestRetryAfter)
        // A shorter time is waited for between attempts.
        guard failures >= policy.failures || asked > policy.openFor else { return false }
        let wasClosed = opensAgainAt == nil
        let pause = max(policy.openFor, asked)
        let latest = now.addingTimeInterval(max(policy.openFor, BreakerPolicy.longestRetryAfter) / .seconds(1))
        let end = now.addingTimeInterval(pause / .seconds(1))
        let former = isSetBack(now) ? nil : opensAgainAt
        opensAgainAt = min(max(former ?? end, end), latest)
        openedAt = now
        return wasClosed
    }
}
