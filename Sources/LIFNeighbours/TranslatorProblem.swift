import LIFHTTP
import LIFModel

/// What it means for a plan part that the Translator did not do as asked. No sentence holds what it said.
enum TranslatorProblem {
    private static let name = "The Translator"

    /// An answer that is no success.
    ///
    /// - Parameter path: What was asked, when it was only a check.
    static func error(_ answer: OutgoingResponse, path: String?) -> LIFError {
        let failure = HTTPFailure(answer, of: .source)
        guard failure.isAboutRequest, !(300..<400).contains(answer.status) else { return failure.error(name) }
        return failure.error(
            name,
            path.map { "answered \($0) with HTTP \(answer.status). Check its address" }
                ?? "refused the source's document (HTTP \(answer.status)). Check the translation of this source")
    }

    /// No answer at all.
    static func error(_ error: OutgoingHTTPError) -> LIFError { HTTPFailure(error, of: .source).error(name) }

    static func invalid(_ reason: String) -> LIFError {
        .source(.invalidAnswer, "The Translator cannot be understood: \(reason).")
    }
}
