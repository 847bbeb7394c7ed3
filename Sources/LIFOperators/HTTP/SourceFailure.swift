import LIFHTTP
import LIFJSON
import LIFModel

/// The failures that adapters over HTTP have in common, as errors of theirs. No sentence holds what a source said: that
/// may be a learner's.
enum SourceFailure {
    /// What a status means that is not the success the adapter expects.
    static func status(_ status: Int) -> LIFError {
        switch status {
        case 300..<400:
            .source(
                .sourceError,
                "The source answered with a redirect (HTTP \(status)). Redirects are not followed: configure the address "
                    + "that it leads to.")
        case 401, 403:
            .source(
                .refused,
                "The source refused our credential (HTTP \(status)). Check the one configured for this source.")
        case 408, 429, 500..<600:
            .source(.sourceError, "The source answered with HTTP \(status).", isRetryable: true)
        default:
            .source(.sourceError, "The source answered with HTTP \(status).")
        }
    }

    /// What it means that there is no answer.
    static func noAnswer(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .timeout:
            .source(.timeout, "The source did not answer in time.", isRetryable: true, cause: error)
        case .unreachable, .cancelled:
            .source(
                .unreachable, "There is no connection to the source. Check its address, and whether it runs.",
                isRetryable: true, cause: error)
        case .tls:
            .source(
                .unreachable, "No trusted encrypted connection to the source could be made. Check its certificate.",
                cause: error)
        case .tooLarge(let limit):
            .source(
                .answerTooLarge, "The source's answer is larger than the \(limit) bytes that are allowed.", cause: error
            )
        case .protocolError:
            .source(.invalidAnswer, "What the source answered is not well-formed HTTP.", cause: error)
        case .invalidURL, .invalidHeader, .hostNotAllowed:
            .source(
                .internal, "The source cannot be called as it is configured. \(error.message)", cause: error)
        }
    }

    static func notJSON(_ cause: JSONError) -> LIFError {
        if case .tooDeep(let limit) = cause.kind {
            return .source(
                .invalidAnswer, "The source's answer is nested deeper than the \(limit) levels that are allowed.",
                cause: cause)
        }
        return .source(.invalidAnswer, "The source's answer is not valid JSON.", cause: cause)
    }
}
