package import LIFConcurrency
public import LIFModel

/// The retry loop of tasks: attempts, backoff with jitter, and a time-out over all of them ("Retries" in ARCHITECTURE.md).
public struct TaskRunner: Sendable {
    package let sleep: @Sendable (Duration) async throws -> Void
    package let jitter: @Sendable () -> Double

    /// A runner; the defaults are for production, others for tests.
    ///
    /// - Parameters:
    ///   - sleep: Waits; throws `CancellationError` when cancelled.
    ///   - jitter: A number from 0 to 1; the wait is between half of the backoff and all of it.
    public init(
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.sleep = sleep
        self.jitter = jitter
    }

    /// Runs the attempts until one succeeds, fails for good, or the time is up.
    ///
    /// Attempts are made on the threads of `ForeignDataExecutor`. The time is counted elsewhere: it also ends what waits for one of
    /// these threads, and informs what has one.
    ///
    /// No attempt is made before the time that an error's `retryAfter` asks for. Where that time does not fit, the error
    /// ends the attempts at once, and its message says so.
    ///
    /// - Parameters:
    ///   - failed: Told of each attempt that failed and is made again.
    ///   - attempt: Gets the number of the attempt, from 1.
    /// - Throws: The last attempt's error, with its number if it is a `LIFError`; `OperatorException` with reason `timeout` when the
    ///   time is up, and the running attempt is then cancelled; `CancellationError` when the calling task is cancelled.
    public func run<Value: Sendable>(
        _ policy: TaskPolicy, failed: @escaping @Sendable (_ attempt: Int, LIFError) async -> Void = { _, _ in },
        attempt: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let current = Attempts()
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            do {
                let value = try await Deadline.run(
                    before: { try? await Task.sleep(for: policy.timeout) }, on: ForeignDataExecutor.shared
                ) {
                    try await attempts(policy, failed) { number in
                        current.begin(number)
                        return try await attempt(number)
                    }
                }
                guard let value else { throw LIFError.noAnswer(within: policy.timeout) }
                return value
            } catch {
                // An attempt may report its cancellation as an error of its own.
                try Task.checkCancellation()
                guard var error = error as? LIFError else { throw error }
                error.attempt = current.number
                throw error
            }
        }
    }

    private func attempts<Value: Sendable>(
        _ policy: TaskPolicy, _ failed: @Sendable (Int, LIFError) async -> Void,
        _ attempt: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let (retry, start) = (policy.retry(within: policy.timeout), ContinuousClock.now)
        var number = 1
        while true {
            do {
                return try await attempt(number)
            } catch let error as LIFError where error.isRetryable {
                try Task.checkCancellation()
                let step = retry.step(
                    after: number, elapsed: .now - start, retryAfter: error.retryAfter, random: jitter())
                guard case .again(let pause) = step else { throw retry.lastError(error, step) }
                await failed(number, error)
                try await sleep(pause)
                number += 1
            }
        }
    }
}

extension RetryPolicy {
    /// What the attempts end with, of which the last one failed.
    package func lastError(_ error: LIFError, _ step: Step) -> LIFError {
        guard step == .noTimeLeft, let time else { return error }
        if error.retryAfter == nil { return .noAnswer(within: time) }
        return error.adding(
            "Its Retry-After is longer than what is left of the \(time.forPeople) for all attempts, so it was not asked again."
        )
    }
}

extension LIFError {
    package static func noAnswer(within time: Duration) -> LIFError {
        .source(.timeout, "There was no answer within \(time.forPeople).")
    }
}
