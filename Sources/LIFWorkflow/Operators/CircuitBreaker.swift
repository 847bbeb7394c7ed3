public import Foundation

/// Keeps a source that fails again and again from being asked for a while. Pure: the clock is passed in.
///
/// Closed: the source is asked. After `BreakerPolicy.failures` failures in a row it opens: the source is not asked. When
/// `BreakerPolicy.openFor` is over one fetch is let through; it closes or opens it again.
public struct CircuitBreaker: Sendable, Hashable {
    /// Failures since the last success.
    public var failures: Int
    /// Not asked before.
    public var opensAgainAt: Date?
    /// A fetch was let through to see whether the source is well; until then no other is.
    public var probingUntil: Date?

    public init(failures: Int = 0, opensAgainAt: Date? = nil, probingUntil: Date? = nil) {
        self.failures = failures
        self.opensAgainAt = opensAgainAt
        self.probingUntil = probingUntil
    }

    public enum Admission: Sendable, Hashable {
        case open
        /// It is let through alone.
        case probe
        case refused(until: Date)
    }

    /// Whether a fetch may go on now; a probe is noted.
    public mutating func admit(now: Date, probeFor: Duration) -> Admission {
        guard let opensAgainAt else { return .open }
        if now < opensAgainAt { return .refused(until: opensAgainAt) }
        if let probingUntil, now < probingUntil { return .refused(until: probingUntil) }
        probingUntil = now.addingTimeInterval(probeFor / .seconds(1))
        return .probe
    }

    public mutating func succeeded() { self = CircuitBreaker() }

    public mutating func failed(now: Date, policy: BreakerPolicy) {
        failures += 1
        probingUntil = nil
        if failures >= policy.failures {
            opensAgainAt = now.addingTimeInterval(policy.openFor / .seconds(1))
        }
    }
}

public struct BreakerPolicy: Sendable, Hashable {
    /// Failures in a row that open the breaker; 0 for never.
    public var failures: Int
    public var openFor: Duration

    public init(failures: Int = 5, openFor: Duration = .seconds(30)) {
        self.failures = failures
        self.openFor = openFor
    }

    public static let never = BreakerPolicy(failures: 0)
}

/// Keeps the breakers, so that all processes see the same ones. Passes `BreakerStoreConformance` of `LIFTesting`.
public protocol BreakerStore: Sendable {
    /// The breaker of a source as it is now; cheap, for it is asked before each fetch.
    func breaker(of source: String) async throws -> CircuitBreaker

    /// Changes a breaker in one step that no other process comes between.
    ///
    /// - Parameter change: It may run more than once, so it only works on the breaker that it is given.
    /// - Returns: What `change` gives.
    func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value
}
