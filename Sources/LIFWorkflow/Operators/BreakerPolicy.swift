/// When a circuit breaker opens, and for how long.
public struct BreakerPolicy: Sendable, Hashable {
    /// Failures in a row that open the breaker; 0 for never.
    public var failures: Int
    /// How long an open breaker keeps the source from being asked, before one fetch is let through.
    public var openFor: Duration

    /// A policy: five failures in a row open the breaker for 30 seconds, unless said otherwise.
    public init(failures: Int = 5, openFor: Duration = .seconds(30)) {
        self.failures = failures
        self.openFor = openFor
    }

    /// The longest `Retry-After` by which a source can have itself left alone.
    public static let longestRetryAfter = Duration.seconds(3_600)

    /// No circuit breaker: the source is always asked, and its failures are not counted.
    public static let never = BreakerPolicy(failures: 0)
}
