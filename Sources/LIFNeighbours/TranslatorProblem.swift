import Foundation
import LIFHTTP
import LIFModel

/// What it means for a plan part that the Translator did not do as asked. No sentence holds what it said.
enum TranslatorProblem {
    /// An answer that is no success.
    ///
    /// - Parameter path: What was asked, when it was only a check.
    static func error(_ answer: OutgoingResponse, path: String?) -> LIFError {
        let status = answer.status
        return switch status {
        case 401, 403:
            .source(
                .refused, "The Translator refused our credential (HTTP \(status)). Check the token configured for it.")
        case 300..<400:
            .source(
                .sourceError,
                "The Translator answered with a redirect (HTTP \(status)), which is not followed. Check its address.")
        case _ where FailureStatus(status).mayPass:
            .source(
                .sourceError, "The Translator answered with HTTP \(status).", isRetryable: true,
                retryAfter: answer.retryAfter(now: Date().timeIntervalSince1970))
        case _ where path != nil:
            .source(.sourceError, "The Translator answered \(path ?? "") with HTTP \(status). Check its address.")
        default:
            .source(
                .sourceError,
                "The Translator refused the source's document (HTTP \(status)). Check the translation of this source.")
        }
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .timeout:
            .source(.timeout, "The Translator did not answer in time.", isRetryable: true, cause: error)
        case .unreachable, .cancelled:
            .source(
                .unreachable, "There is no connection to the Translator. Check its address, and whether it runs.",
                isRetryable: true, cause: error)
        case .tls:
            .source(
                .unreachable, "No trusted encrypted connection to the Translator could be made. Check its certificate.",
                cause: error)
        case .proxy(let mayPass):
            .source(
                .unreachable, "The Translator was not reached. \(error.message)", isRetryable: mayPass, cause: error)
        case .tooLarge(let limit):
            .source(
                .answerTooLarge, "The Translator's answer is larger than the \(limit) bytes that are allowed.",
                cause: error)
        case .protocolError:
            invalid("what it answered is not well-formed HTTP")
        case .invalidURL, .invalidHeader, .hostNotAllowed:
            .source(.internal, "The Translator cannot be called as it is configured. \(error.message)", cause: error)
        }
    }

    static func invalid(_ reason: String) -> LIFError {
        .source(.invalidAnswer, "The Translator cannot be understood: \(reason).")
    }
}
