import LIFHTTP
import LIFModel

/// What it means that an MDR did not do as asked. No sentence holds what it said.
enum MDRProblem {
    private static let name = "The MDR"

    /// An answer that is no success.
    static func error(_ answer: OutgoingResponse) -> LIFError {
        HTTPFailure(answer, of: .neighbour).error(
            name,
            answer.status == 404
                ? "does not know the data model asked for (HTTP 404). Check its address and the ids" : nil)
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError { HTTPFailure(error, of: .neighbour).error(name) }

    static func unavailable(_ reason: String) -> LIFError {
        LIFError(.neighbourNotAvailable, "The MDR is not available: \(reason).", blame: .source)
    }
}
