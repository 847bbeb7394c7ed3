package import LIFConcurrency

/// How hard `TaskRunner` tries.
public struct TaskPolicy: Sendable, Hashable {
    /// How often a failed attempt that may succeed is made again.
    public var retries: Int
    /// The wait before the first retry; it doubles with each, up to `maximumBackoff`, and is then shortened by chance.
    public var backoff: Duration
    /// The longest wait between two attempts, however many there have been.
    public var maximumBackoff: Duration
    /// For the whole task: all attempts and the waits between them.
    public var timeout: Duration

    /// A policy for a task that asks a source: up to three attempts within ten seconds, unless said otherwise.
    public init(
        retries: Int = 2, backoff: Duration = .milliseconds(200), maximumBackoff: Duration = .seconds(5),
        timeout: Duration = .seconds(10)
    ) {
        self.retries = retries
        self.backoff = backoff
        self.maximumBackoff = maximumBackoff
        self.timeout = timeout
    }

    /// - Parameter time: For all attempts and the waits between them.
    package func retry(within time: Duration) -> RetryPolicy {
        RetryPolicy(
            attempts: min(retries, .max - 1) + 1, first: backoff, longest: maximumBackoff, jitter: 0.5, time: time)
    }

    /// The longest time that the waits after so many failed attempts have taken together.
    public func waits(afterAttempts count: Int) -> Duration {
        let retry = retry(within: timeout)
        return (0..<max(0, count)).reduce(.zero) { $0 + retry.pause(after: $1 + 1) }
    }

    /// One attempt, for tasks that are ours.
    public static let once = TaskPolicy(retries: 0, timeout: .seconds(60))
}
