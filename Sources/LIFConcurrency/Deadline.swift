/// Runs work for a limited time.
///
/// Work whose time is up is cancelled, and has ended when the call returns. What it gives or throws then does not count. The
/// cancellation of the calling task is for the work to notice: the call returns or throws what the work does.
package enum Deadline {
    /// - Returns: What the work gives; `nil` when the time was up before.
    /// - Throws: What the work throws before the time is up; `CancellationError`.
    package static func run<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await run(before: { try? await Task.sleep(for: limit) }, work)
    }

    /// - Returns: What the work gives; `nil` when the time was up before.
    /// - Throws: What the work throws before the time is up; `CancellationError`.
    package static func run<Value: Sendable>(
        until end: ContinuousClock.Instant, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await run(before: { try? await Task.sleep(until: end) }, work)
    }

    private enum Event<Value: Sendable>: Sendable {
        case ended(Result<Value, any Error>)
        case timeUp
    }

    /// Runs work until a signal ends its time.
    ///
    /// - Parameters:
    ///   - signal: Returns when the time is up, and when it is cancelled.
    ///   - executor: The threads that the work prefers.
    /// - Returns: What the work gives; `nil` when the signal came before.
    /// - Throws: What the work throws before the signal comes; `CancellationError`.
    package static func run<Value: Sendable>(
        before signal: @escaping @Sendable () async -> Void, on executor: (any TaskExecutor)? = nil,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Event<Value>.self) { group in
            group.addTask(executorPreference: executor) {
                do {
                    return .ended(.success(try await work()))
                } catch {
                    return .ended(.failure(error))
                }
            }
            group.addTask {
                await signal()
                return .timeUp
            }
            var isTimeUp = false
            for try await event in group {
                switch event {
                case .timeUp:
                    // A signal that returns as the calling task is cancelled says nothing about the time.
                    isTimeUp = !Task.isCancelled
                case .ended(let result) where !isTimeUp:
                    group.cancelAll()
                    return try result.get()
                case .ended: break
                }
                group.cancelAll()
            }
            try Task.checkCancellation()
            return nil
        }
    }
}
