import LIFHTTP
import LIFModel

/// What it means that an MDR did not do as asked. No sentence holds what it said.
enum MDRProblem {
    /// An answer that is no success.
    static func error(status: Int) -> LIFError {
        switch status {
        case 401, 403: unavailable("it refused our API key (HTTP \(status)). Check the key configured for it")
        case 300..<400:
            unavailable("it answered with a redirect (HTTP \(status)), which is not followed. Check its address")
        case 404: unavailable("it does not know the data model asked for (HTTP 404). Check its address and the ids")
        default: unavailable("it answered with HTTP \(status)")
        }
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .unreachable, .cancelled:
            unavailable("there is no connection to it. Check its address, and whether it runs", error)
        case .timeout: unavailable("it did not answer in time", error)
        case .tls: unavailable("no trusted encrypted connection could be made. Check its certificate", error)
        case .tooLarge(let limit): unavailable("its answer is larger than the \(limit) bytes that are allowed", error)
        case .proxy: unavailable(error.clause, error)
        case .protocolError: unavailable("what it answered is not well-formed HTTP", error)
        case .invalidURL, .invalidHeader, .hostNotAllowed:
            unavailable("it cannot be called as it is configured. Check its address and key", error)
        }
    }

    static func unavailable(_ reason: String, _ cause: (any Error)? = nil) -> LIFError {
        LIFError(.neighbourNotAvailable, "The MDR is not available: \(reason).", blame: .source, cause: cause)
    }
}
