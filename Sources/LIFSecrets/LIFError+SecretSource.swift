import LIFModel

extension LIFError {
    /// A secret source that cannot be asked.
    ///
    /// - Parameters:
    ///   - source: The source's name.
    ///   - problem: What is wrong and what to do, as sentences without the last full stop. Never a secret.
    static func secretSource(
        _ source: String, _ problem: String, isRetryable: Bool = false, cause: (any Error)? = nil
    ) -> LIFError {
        LIFError(
            .configurationNotValid, "Secrets cannot be read from \(source). \(problem).", blame: .us,
            isRetryable: isRetryable, cause: cause)
    }
}
