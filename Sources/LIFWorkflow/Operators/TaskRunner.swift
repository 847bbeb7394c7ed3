import LIFConcurrency
public import LIFModel

/// The only retry loop: attempts, backoff with jitter, and a time-out over all of them ("Retries" in ARCHITECTURE.md).
public struct TaskRunner: Sendable {
    private let sleep: @Sendable (Duration) async throws -> Void
    private let jitter: @Sendable () -> Double

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
    /// these threads, and tells what has one.
    ///
    /// No attempt is made before the time that an error's `retryAfter` asks for. Where that time does not fit, the error
    /// ends the attempts at once, and its message says so.
    ///
    /// - Parameters:
    ///   - first: The number of the first attempt: one that is taken up after a restart goes on counting, and waits as long
    ///     before it as its number says.
    ///   - budget: Counts the time instead of `policy.timeout`; an attempt may pause it.
    ///   - failed: Told of each attempt that failed and is made again.
    ///   - attempt: Gets the number of the attempt, from 1.
    /// - Throws: The last attempt's error, with its number if it is a `LIFError`; `OperatorException` with reason `timeout` when the
    ///   time is up, and the running attempt is then cancelled; `CancellationError` when the calling task is cancelled.
    public func run<Value: Sendable>(
        _ policy: TaskPolicy, from first: Int = 1, budget: TimeBudget? = nil,
        failed: @escaping @Sendable (_ attempt: Int, LIFError) async -> Void = { _, _ in },
        attempt: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let current = Attempts()
        let budget = budget ?? TimeBudget(policy.timeout)
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            do {
                let value = try await Deadline.run(
                    before: { try? await budget.runOut() }, on: ForeignDataExecutor.shared
                ) {
                    try await attempts(policy, first, budget, failed) { number in
                        current.begin(number)
                        return try await attempt(number)
                    }
                }
                guard let value else { throw Self.timeout(budget) }
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

    private static func timeout(_ budget: TimeBudget) -> LIFError {
        .source(.timeout, "There was no answer within \(budget.whole.forPeople).")
    }

    private func attempts<Value: Sendable>(
        _ policy: TaskPolicy, _ first: Int, _ budget: TimeBudget,
        _ failed: @Sendable (Int, LIFError) async -> Void,
        _ attempt: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let retry = policy.retry(within: budget.whole)
        var number = first
        if first > 1 { try await sleep(retry.pause(after: first - 1, random: jitter())) }
        while true {
            do {
                return try await attempt(number)
            } catch let error as LIFError where error.isRetryable {
                try Task.checkCancellation()
                let step = retry.step(
                    after: number, elapsed: budget.whole - budget.left, retryAfter: error.retryAfter, random: jitter())
                switch step {
                case .noAttemptsLeft: throw error
                case .noTimeLeft where error.retryAfter == nil: throw Self.timeout(budget)
                case .noTimeLeft:
                    throw error.adding(
                        "Its Retry-After is longer than what is left of the \(budget.whole.forPeople) for all attempts, "
                            + "so it was not asked again.")
                case .again(let pause):
                    await failed(number, error)
                    try await sleep(pause)
                    number += 1
                }
            }
        }
    }
}
