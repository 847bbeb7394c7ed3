import LIFConcurrency
import LIFModel

/// A plan, or some of its parts, was not run: by an orchestrator that is full or away, or whose configuration is another one.
/// That says nothing about the sources, so it is no outcome of theirs while it may pass.
struct PlanRefusal: Error {
    let error: LIFError

    init(_ error: LIFError) { self.error = error }

    /// - Returns: `nil` for what has failed and was not refused: offering the plan again would change nothing.
    init?(ifRefused error: LIFError) {
        guard error.isOwnRefusal || error.isRetryable || error.reason == .operatorNotFound else { return nil }
        self.error = error
    }

    /// The same plan may be taken later. Else the orchestrator does not know what the plan names: another plan may be taken,
    /// once both have the same configuration.
    var mayPass: Bool { error.isOwnRefusal || error.isRetryable }
}

/// How long somebody who waits for an answer offers a plan again that was refused.
struct Patience: Sendable {
    private static let retry = RetryPolicy(
        first: .milliseconds(100), longest: .seconds(2), longestRetryAfter: .seconds(60))

    /// From here on expired data is served where all that was refused has it (`stale_if_error`).
    let staleFrom: ContinuousClock.Instant
    /// From here on what was refused is missing.
    let end: ContinuousClock.Instant

    /// - Parameter grace: Added to the end, for a caller who leaves by itself when the time is up.
    init(_ time: Duration, grace: Duration = .zero) {
        let start = ContinuousClock.now
        staleFrom = start + time / 2
        end = start + time + grace
    }

    /// How long to wait before a plan is offered again that was refused so many times in a row.
    func pause(after refusals: Int, _ refusal: PlanRefusal) -> Duration {
        Self.retry.pause(after: refusals, retryAfter: refusal.error.retryAfter)
    }
}
