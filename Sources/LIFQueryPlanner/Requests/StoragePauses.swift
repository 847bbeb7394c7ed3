import LIFModel

/// Tries again what a store has refused by a fault, with longer and longer pauses: what was promised waits for the store
/// instead of being lost.
struct StoragePauses: Sendable {
    /// How many faults in a row, in what is read, end a promised query: what cannot be decoded does not pass by itself.
    static let readFaults = 10

    var first = Duration.seconds(1)
    var longest = Duration.seconds(60)

    /// How long to wait after so many failures in a row.
    func pause(after failures: Int) -> Duration {
        var pause = first
        for _ in 1..<max(failures, 1) where pause < longest { pause = min(pause * 2, longest) }
        return pause
    }

    /// - Parameter readFaults: After how many faults of reading the last one is thrown; never when `nil`.
    /// - Throws: What is no storage fault; `CancellationError` when the task is cancelled.
    func retrying<Value: Sendable>(
        readFaults: Int? = nil, _ body: @Sendable () async throws -> Value,
        onFault: @Sendable (LIFError) -> Void
    ) async throws -> Value {
        var failures = 0
        var faults = 0
        while true {
            do {
                return try await body()
            } catch let error as LIFError where error.isStorageFault {
                try Task.checkCancellation()
                if error.code == .outputReadException { faults += 1 }
                if let readFaults, faults >= readFaults { throw error }
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
