import LIFHTTP
import LIFModel

/// What it means for an update that the LIF Cache did not do as asked. No sentence holds what it said.
enum LIFCacheUpdateProblem {
    /// Whether it is done, or the update is wrong. A refusal of our own credential is neither.
    static func isAnswer(_ status: Int) -> Bool { (200..<300).contains(status) || isRefusal(status) }

    private static func isRefusal(_ status: Int) -> Bool {
        (400..<500).contains(status) && ![401, 403].contains(status)
    }

    /// An answer that cannot be given to the sender.
    static func error(status: Int) -> LIFError {
        switch status {
        case 200..<300: unknown("it answered with HTTP \(status), and with something that is not JSON")
        case 500..<600: unknown("it answered with HTTP \(status)")
        default: LIFCacheProblem.error(status: status)
        }
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .timeout: unknown("it did not answer in time")
        case .unreachable, .cancelled: unknown("there is no connection to it, or it was lost")
        case .protocolError: unknown("what it answered is not well-formed HTTP")
        case .tooLarge(let limit): unknown("its answer is larger than the \(limit) bytes that are allowed")
        case .proxy(mayPass: true): unknown(error.clause)
        case .tls, .proxy, .invalidURL, .invalidHeader, .hostNotAllowed: LIFCacheProblem.error(error)
        }
    }

    /// Sending it again might make it twice: a deployed cache appends.
    private static func unknown(_ reason: String) -> LIFError {
        LIFError(
            .neighbourNotAvailable,
            "The LIF Cache is not available: \(reason). The update may have been made: read the record before you send it "
                + "again.",
            blame: .source, isFinal: true)
    }
}
