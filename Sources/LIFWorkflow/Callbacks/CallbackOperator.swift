public import LIFJSON

/// Delivers callbacks: posts them to a URL, or hands them to a command. It makes **one** attempt.
public protocol CallbackOperator: Sendable {
    /// Makes one attempt to deliver; returns when the receiver has taken the callback.
    ///
    /// - Throws: `LIFError` `OperatorException`, retryable or not; `CancellationError`.
    func deliver(_ message: CallbackMessage) async throws
}

/// What is delivered.
public struct CallbackMessage: Sendable, Hashable {
    /// The callback that is delivered: its id, and where it goes.
    public let callback: Callback
    /// For `results` the job results; else what happened, without any learner's data.
    public let body: RawJSON

    /// A message; the same for each attempt at the callback.
    public init(callback: Callback, body: RawJSON) {
        self.callback = callback
        self.body = body
    }
}
