/// How something that has failed is tried again: how often, after which pauses, and for how long. Pure; whoever uses it names its
/// numbers.
package struct RetryPolicy: Sendable, Hashable {
    /// What to do after a failure.
    package enum Step: Sendable, Hashable {
        case again(after: Duration)
        case noAttemptsLeft
        case noTimeLeft
    }

    /// How many attempts are made at most; `nil` for as many as the time allows.
    package var attempts: Int?
    /// The pause after the first failure; it doubles with each one.
    package var first: Duration
    /// No pause of its own is longer.
    package var longest: Duration
    /// Which share of a pause chance may take away, from 0 to 1, so that many who fail together do not come back together.
    package var jitter: Double
    /// The longest pause that the one who failed may ask for (`Retry-After`); `nil` for any.
    package var longestRetryAfter: Duration?
    /// After how long nothing is tried any more; `nil` for never.
    package var time: Duration?

    /// As the properties say.
    package init(
        attempts: Int? = nil, first: Duration, longest: Duration, jitter: Double = 0,
        longestRetryAfter: Duration? = nil, time: Duration? = nil
    ) {
        self.attempts = attempts
        self.first = first
        self.longest = longest
        self.jitter = jitter
        self.longestRetryAfter = longestRetryAfter
        self.time = time
    }

    /// The pause after so many failures in a row, counted from 1.
    ///
    /// - Parameters:
    ///   - retryAfter: The pause that the one who failed asks for. It is not made shorter by chance.
    ///   - random: From 0 to 1; 1 for the longest pause.
    package func pause(after failures: Int, retryAfter: Duration? = nil, random: Double = 1) -> Duration {
        let whole = min(first * (1 << min(max(failures, 1) - 1, 30)), longest)
        let pause = jitter > 0 ? whole * (1 - jitter * (1 - random)) : whole
        guard let retryAfter else { return pause }
        return max(pause, min(retryAfter, longestRetryAfter ?? retryAfter))
    }

    /// What to do after so many failures in a row.
    ///
    /// - Parameters:
    ///   - elapsed: Since the first attempt began.
    ///   - retryAfter: As for `pause`. One that ends after the time leaves none.
    package func step(
        after failures: Int, elapsed: Duration = .zero, retryAfter: Duration? = nil, random: Double = 1
    ) -> Step {
        if let attempts, failures >= attempts { return .noAttemptsLeft }
        let asked = retryAfter.map { min($0, longestRetryAfter ?? $0) } ?? .zero
        if let time, elapsed + asked >= time { return .noTimeLeft }
        return .again(after: pause(after: failures, retryAfter: retryAfter, random: random))
    }
}
