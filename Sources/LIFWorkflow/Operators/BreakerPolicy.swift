/// When a circuit breaker opens, and for how long.
public struct BreakerPolicy: Sendable, Hashable {
    /// Failures in a row that open the breaker; 0 for never.
    public var failures: Int
    public var openFor: Duration

    public init(failures: Int = 5, openFor: Duration = .seconds(30)) {
        self.failures = failures
        self.openFor = openFor
    }

    /// The longest `Retry-After` by which a source can have itself left alone.
    public static let longestRetryAfter = Duration.seconds(3_600)

    public static let never = BreakerPolicy(failures: 0)
}
