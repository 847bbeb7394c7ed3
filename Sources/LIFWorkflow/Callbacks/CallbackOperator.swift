public import LIFJSON

/// Delivers callbacks: posts them to a URL, or hands them to a command. It makes **one** attempt.
public protocol CallbackOperator: Sendable {
    /// - Throws: `LIFError` `OperatorException`, retryable or not; `CancellationError`.
    func deliver(_ message: CallbackMessage) async throws
}

/// What is delivered.
public struct CallbackMessage: Sendable, Hashable {
    public let callback: Callback
    /// For `results` the job results; else what happened, without any learner's data.
    public let body: RawJSON

    public init(callback: Callback, body: RawJSON) {
        self.callback = callback
        self.body = body
    }
}
