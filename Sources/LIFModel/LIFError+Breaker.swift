extension LIFError {
    /// Whether a circuit breaker counts this failure: it says something about the source, and not only about what was
    /// asked of it, one learner's record, or us.
    public var countsAgainstSource: Bool { !isAboutRequest && reason?.countsAgainstSource == true }
}

extension Failure.Reason {
    /// Whether a failure with this reason says something about the source where nothing more is known of it.
    ///
    /// An answer that cannot be read does not: the source has answered, and the next learner's record may be sound.
    public var countsAgainstSource: Bool {
        switch self {
        case .timeout, .unreachable, .refused, .sourceError: true
        case .invalidAnswer, .answerTooLarge, .operatorNotFound, .noTranslator, .circuitOpen, .cancelled, .storage,
            .internal:
            false
        }
    }
}
