import Foundation
import LIFHTTP
import LIFJSON
import LIFModel

/// The failures that adapters over HTTP have in common, as errors of theirs. No sentence holds what a source said: that
/// may be a learner's.
enum SourceFailure {
    /// What an answer means whose status is not the success that the adapter expects.
    static func status(_ answer: OutgoingResponse, now: Date = Date()) -> LIFError {
        let status = FailureStatus(answer.status)
        let (reason, message): (Failure.Reason, String) =
            switch status.code {
            case 300..<400:
                (
                    .sourceError,
                    "The source answered with a redirect (HTTP \(status.code)). Redirects are not followed: configure the "
                        + "address that it leads to."
                )
            case 401, 403:
                (
                    .refused,
                    "The source refused our credential (HTTP \(status.code)). Check the one configured for this source."
                )
            default: (.sourceError, "The source answered with HTTP \(status.code).")
            }
        return .source(
            reason, message, isRetryable: status.mayPass, isAboutRequest: status.isAboutRequest,
            retryAfter: answer.retryAfter(now: now.timeIntervalSince1970))
    }

    /// What it means that there is no answer.
    static func noAnswer(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .timeout:
            .source(.timeout, "The source did not answer in time.", isRetryable: true, cause: error)
        case .unreachable, .cancelled:
            .source(
                .unreachable,
                "There is no connection to the source, or it was lost. Check its address, and whether it runs.",
                isRetryable: true, cause: error)
        case .tls:
            .source(
                .unreachable, "No trusted encrypted connection to the source could be made. Check its certificate.",
                cause: error)
        case .proxy(let mayPass):
            .source(.unreachable, "The source was not reached. \(error.message)", isRetryable: mayPass, cause: error)
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
