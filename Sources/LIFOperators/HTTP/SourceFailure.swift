import LIFHTTP
import LIFJSON
import LIFModel

/// The failures that adapters over HTTP have in common, as errors of theirs. No sentence holds what a source said: that
/// may be a learner's.
enum SourceFailure {
    /// What an answer means whose status is not the success that the adapter expects.
    static func status(_ answer: OutgoingResponse) -> LIFError { HTTPFailure(answer, of: .source).error("The source") }

    /// What it means that there is no answer.
    static func noAnswer(_ error: OutgoingHTTPError) -> LIFError { HTTPFailure(error, of: .source).error("The source") }

    static func notJSON(_ cause: JSONError) -> LIFError {
        if case .tooDeep(let limit) = cause.kind {
            return .source(
                .invalidAnswer, "The source's answer is nested deeper than the \(limit) levels that are allowed.",
                cause: cause)
        }
        return .source(.invalidAnswer, "The source's answer is not valid JSON.", cause: cause)
    }
}
