import LIFConcurrency
import LIFModel

extension RetryPolicy {
    /// For what a store refuses by a fault: what was accepted waits for the store instead of being lost.
    static let storage = RetryPolicy(first: .seconds(1), longest: .seconds(60))

    /// Tries again what a store has refused by a fault.
    ///
    /// - Throws: What is no storage fault; `CancellationError` when the task is cancelled.
    func retryingStorage<Value: Sendable>(
        _ body: @Sendable () async throws -> Value, onFault: @Sendable (LIFError) -> Void
    ) async throws -> Value {
        var failures = 0
        while true {
            do {
                return try await body()
            } catch let error as LIFError where error.isStorageFault {
                try Task.checkCancellation()
                onFault(error)
            }
            failures += 1
            try await Task.sleep(for: pause(after: failures))
        }
    }
}

extension LIFError {
    /// Whether a store of ours has failed, or another process holds it.
    var isStorageFault: Bool {
        switch code {
        case .outputWriteException, .outputReadException: true
        case .outputQueueNotAvailableException: blame == .us
        default: false
        }
    }

    /// Whether this process could not take the work, or keep it: that is no outcome of a source, and it passes.
    var isOwnRefusal: Bool {
        isStorageFault || blame == .us && (isRetryable || code == .overloaded || code == .jobPostException)
    }
}
