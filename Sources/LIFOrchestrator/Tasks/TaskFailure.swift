import LIFModel

extension Failure {
    /// An error as a reason and a sentence. What is not ours is not repeated: it may hold anything.
    init(of error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as LIFError:
            self.init(error.reason ?? Self.reason(of: error.code), error.message, attempts: error.attempt)
        case is CancellationError: self.init(.cancelled, "The work was cancelled.")
        default: self.init(.internal, "An operator failed with an unexpected error (\(type(of: error))).")
        }
    }

    /// Whether a circuit breaker counts the error.
    static func countsAgainstSource(_ error: any Error) -> Bool {
        (error as? LIFError)?.countsAgainstSource ?? Failure(of: error).reason.countsAgainstSource
    }

    private static func reason(of code: LIFError.Code) -> Failure.Reason {
        switch code {
        case .operatorNotFoundException, .configurationNotValid: .operatorNotFound
        case .outputWriteException, .outputReadException, .outputQueueNotAvailableException: .storage
        default: .internal
        }
    }
}
