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
            try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask(executorPreference: ForeignDataExecutor.shared) {
                    try await attempts(policy, first, budget, failed) { number in
                        current.begin(number)
                        return try await attempt(number)
                    }
                }
                group.addTask {
                    try await budget.runOut()
                    throw LIFError.source(.timeout, "There was no answer within \(budget.whole.forPeople).")
                }
                defer { group.cancelAll() }
                do {
                    guard let value = try await group.next() else { throw CancellationError() }
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
    }

    private func attempts<Value: Sendable>(
        _ policy: TaskPolicy, _ first: Int, _ budget: TimeBudget,
        _ failed: @Sendable (Int, LIFError) async -> Void,
        _ attempt: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        var number = first
        if first > 1 { try await sleep(wait(policy, afterAttempt: first - 1)) }
        while true {
            do {
                return try await attempt(number)
            } catch let error as LIFError where error.isRetryable && number <= policy.retries {
                try Task.checkCancellation()
                if let asked = error.retryAfter, asked >= budget.left {
                    throw error.adding(
                        "Its Retry-After is longer than what is left of the \(budget.whole.forPeople) for all attempts, "
                            + "so it was not asked again.")
                }
                await failed(number, error)
                try await sleep(max(wait(policy, afterAttempt: number), error.retryAfter ?? .zero))
                number += 1
            }
        }
    }

    func wait(_ policy: TaskPolicy, afterAttempt number: Int) -> Duration {
        policy.wait(afterAttempt: number) * (0.5 + jitter() / 2)
    }
}
