import LIFHTTP
import LIFModel

/// What it means that the LIF Cache did not do as asked. No sentence holds what it said.
enum LIFCacheProblem {
    static func error(status: Int) -> LIFError {
        switch status {
        case 401, 403:
            unavailable("it refused our credential (HTTP \(status)). Check the token configured for it", .refused)
        case 300..<400:
            unavailable(
                "it answered with a redirect (HTTP \(status)), which is not followed. Check its address", .sourceError)
        default: unavailable("it answered with HTTP \(status)", .sourceError)
        }
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .unreachable, .cancelled:
            unavailable("there is no connection to it. Check its address, and whether it runs", .unreachable)
        case .timeout: unavailable("it did not answer in time", .timeout)
        case .tls:
            unavailable("no trusted encrypted connection to it could be made. Check its certificate", .unreachable)
        case .tooLarge(let limit):
            unavailable("its answer is larger than the \(limit) bytes that are allowed", .answerTooLarge)
        case .proxy: unavailable(error.clause, .unreachable)
        case .protocolError: unavailable("what it answered is not well-formed HTTP", .invalidAnswer)
        case .invalidURL, .invalidHeader, .hostNotAllowed:
            unavailable("it cannot be called as it is configured. Check its address and token", .internal)
        }
    }

    /// An answer of another shape.
    static func invalid(_ what: String) -> LIFError {
        unavailable("its answer cannot be used: \(what)", .invalidAnswer)
    }

    private static func unavailable(_ what: String, _ reason: Failure.Reason) -> LIFError {
        LIFError(
            .neighbourNotAvailable, "The LIF Cache is not available: \(what).", blame: .source, isRetryable: true,
            reason: reason)
    }
}
