import LIFHTTP
import LIFJSON
import LIFModel

/// What it means for a plan that an orchestrator did not do as asked.
enum OrchestratorProblem {
    /// An answer that is no success. A problem document (RFC 9457) whose `code` is one of ours gives an error of that
    /// code. Its `detail` is not repeated: only of sentences of ours is it sure that they hold no learner's value.
    static func error(_ answer: OutgoingResponse) -> LIFError {
        let status = answer.status
        let document = try? RawJSON(validating: answer.body)
        if let code = document?["code"]?.string.flatMap(LIFError.Code.init(rawValue:)), code != .notAuthorized {
            return LIFError(
                code, "The Orchestrator refused the plan with \(code.rawValue) (HTTP \(status)). Its log says why.",
                blame: status < 500 ? .us : .source, isShapeError: status == 422)
        }
        switch status {
        case 401, 403:
            return unavailable("it refused our credential (HTTP \(status)). Check the token configured for it")
        case 300..<400:
            return unavailable("it answered with a redirect (HTTP \(status)), which is not followed. Check its address")
        default: return unavailable("it answered with HTTP \(status)")
        }
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .unreachable, .cancelled:
            unavailable("there is no connection to it. Check its address, and whether it runs")
        case .timeout: unavailable("it did not answer in time")
        default:
            unavailable(String(error.message.prefix(1)).lowercased() + error.message.dropFirst().prefix { $0 != "." })
        }
    }

    static func unavailable(_ reason: String) -> LIFError {
        LIFError(.neighbourNotAvailable, "The Orchestrator is not available: \(reason).", blame: .source)
    }
}
