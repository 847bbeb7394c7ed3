import LIFHTTP
import LIFModel

/// What it means that the LIF Cache did not do as asked. No sentence holds what it said.
enum LIFCacheProblem {
    /// An answer that is no success.
    static func error(_ answer: OutgoingResponse) -> LIFError { error(HTTPFailure(answer, of: .neighbour)) }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError { self.error(HTTPFailure(error, of: .neighbour)) }

    private static func error(_ failure: HTTPFailure) -> LIFError {
        failure.error("The LIF Cache", reason: failure.reason)
    }

    /// For an update, an answer that cannot be given to the sender.
    static func errorOfUpdate(_ answer: OutgoingResponse) -> LIFError {
        if answer.isSuccess {
            return unknown("answered with HTTP \(answer.status), and with something that is not JSON")
        }
        return errorOfUpdate(HTTPFailure(answer, of: .neighbour))
    }

    /// For an update, no answer at all.
    static func errorOfUpdate(_ error: OutgoingHTTPError) -> LIFError {
        errorOfUpdate(HTTPFailure(error, of: .neighbour))
    }

    private static func errorOfUpdate(_ failure: HTTPFailure) -> LIFError {
        failure.mayHaveArrived ? unknown(failure.predicate) : error(failure)
    }

    /// Sending it again might make it twice: a deployed cache appends.
    private static func unknown(_ predicate: String) -> LIFError {
        LIFError(
            .neighbourNotAvailable,
            "The LIF Cache is not available: it \(predicate). The update may have been made: read the record before you send "
                + "it again.", blame: .source, isFinal: true)
    }

    /// An answer of another shape.
    static func invalid(_ what: String) -> LIFError {
        LIFError(
            .neighbourNotAvailable, "The LIF Cache is not available: its answer cannot be used: \(what).",
            blame: .source,
            isRetryable: true, reason: .invalidAnswer)
    }
}
