import Foundation
import LIFHTTP
import LIFJSON
import LIFModel

/// What it means for a plan that an orchestrator did not do as asked.
enum OrchestratorProblem {
    /// The codes that say of the orchestrator what they would say of ours: it cannot take the plan at present. By any other
    /// it says that it is wrong itself, or that the planner is; whoever asked the planner is not to blame.
    private static let passedOn: Set<LIFError.Code> = [
        .overloaded, .jobPostException, .outputQueueNotAvailableException,
    ]

    /// An answer that is no success. A problem document (RFC 9457) whose `code` is one of ours has it in the sentence, and
    /// gives an error of that code when it is one that is passed on. Its `detail` is not repeated: only of sentences of
    /// ours is it sure that they hold no learner's value.
    ///
    /// It may pass where the code says that it is full, and where the status says so (`FailureStatus`).
    static func error(_ answer: OutgoingResponse) -> LIFError {
        let status = answer.status
        let mayPass = FailureStatus(status).mayPass && status != 501
        let retryAfter = mayPass ? answer.retryAfter(now: Date().timeIntervalSince1970) : nil
        let document = try? RawJSON(validating: answer.body)
        if let code = document?["code"]?.string.flatMap(LIFError.Code.init(rawValue:)), code != .notAuthorized {
            let reason = "refused the plan with \(code.rawValue) (HTTP \(status))"
            if passedOn.contains(code) {
                return LIFError(
                    code, "The Orchestrator \(reason). Its log says why.", blame: .source, isRetryable: true,
                    retryAfter: retryAfter)
            }
            return unavailable("it \(reason). Its log says why", isRetryable: mayPass, retryAfter: retryAfter)
        }
        switch status {
        case 401, 403:
            return unavailable("it refused our credential (HTTP \(status)). Check the token configured for it")
        case 300..<400:
            return unavailable("it answered with a redirect (HTTP \(status)), which is not followed. Check its address")
        default: return unavailable("it answered with HTTP \(status)", isRetryable: mayPass, retryAfter: retryAfter)
        }
    }

    /// A plan that it does not take as it is: what the plan names is not what it knows.
    static func refusal(_ answer: OutgoingResponse) -> LIFError {
        let error = error(answer)
        return LIFError(error.code, error.message, blame: .source, reason: .operatorNotFound)
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError {
        let reason =
            switch error.kind {
            case .unreachable, .cancelled: "there is no connection to it. Check its address, and whether it runs"
            case .timeout: "it did not answer in time"
            case .proxy: error.clause
            default: String(error.message.prefix(1)).lowercased() + error.message.dropFirst().prefix { $0 != "." }
            }
        let mayPass =
            switch error.kind {
            case .unreachable, .cancelled, .timeout: true
            default: false
            }
        return unavailable(reason, isRetryable: mayPass, cause: error)
    }

    /// Whether an error means that there was no answer, and not that the answer was a refusal.
    static func isSilence(_ error: LIFError) -> Bool { error.cause is OutgoingHTTPError }

    static func unavailable(
        _ reason: String, isRetryable: Bool = false, retryAfter: Duration? = nil, cause: (any Error)? = nil
    ) -> LIFError {
        LIFError(
            .neighbourNotAvailable, "The Orchestrator is not available: \(reason).", blame: .source,
            isRetryable: isRetryable, retryAfter: retryAfter, cause: cause)
    }
}
