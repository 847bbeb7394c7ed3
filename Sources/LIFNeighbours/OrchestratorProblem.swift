import LIFHTTP
import LIFJSON
import LIFModel

/// What it means for a plan that an orchestrator did not do as asked.
enum OrchestratorProblem {
    private static let name = "The Orchestrator"

    /// The codes that say of the orchestrator what they would say of ours: it cannot take the plan at present. By any other
    /// it says that it is wrong itself, or that the planner is; whoever asked the planner is not to blame.
    private static let passedOn: Set<LIFError.Code> = [
        .overloaded, .jobPostException, .outputQueueNotAvailableException,
    ]

    /// An answer that is no success. A problem document (RFC 9457) whose `code` is one of ours has it in the sentence, and
    /// gives an error of that code when it is one that is passed on. Its `detail` is not repeated: only of sentences of
    /// ours is it sure that they hold no learner's value.
    ///
    /// It may pass where the code says that it is full, and where the status says so (`HTTPFailure`).
    static func error(_ answer: OutgoingResponse) -> LIFError {
        let failure = HTTPFailure(answer, of: .neighbour)
        let document = try? RawJSON(validating: answer.body)
        guard let code = document?["code"]?.string.flatMap(LIFError.Code.init(rawValue:)), code != .notAuthorized else {
            return failure.error(name)
        }
        let refusal = "refused the plan with \(code.rawValue) (HTTP \(answer.status))"
        guard passedOn.contains(code) else { return failure.error(name, "\(refusal). Its log says why") }
        return LIFError(
            code, "\(name) \(refusal). Its log says why.", blame: .source, isRetryable: true,
            retryAfter: failure.retryAfter)
    }

    /// A plan that it does not take as it is: what the plan names is not what it knows.
    static func refusal(_ answer: OutgoingResponse) -> LIFError {
        let error = error(answer)
        return LIFError(error.code, error.message, blame: .source, reason: .operatorNotFound)
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError { HTTPFailure(error, of: .neighbour).error(name) }

    /// Whether an error means that there was no answer, and not that the answer was a refusal.
    static func isSilence(_ error: LIFError) -> Bool { error.cause is OutgoingHTTPError }

    static func unavailable(_ reason: String) -> LIFError {
        LIFError(.neighbourNotAvailable, "\(name) is not available: \(reason).", blame: .source)
    }
}
