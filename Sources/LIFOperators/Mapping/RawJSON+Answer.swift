import LIFJSON
import LIFModel

extension RawJSON {
    /// How deep an answer may be. What is wrapped around data on its way to a caller then stays within what a reader of
    /// JSON takes.
    static let maximumAnswerDepth = 128

    /// Reads what a source answered.
    ///
    /// - Throws: `OperatorException` with reason `invalid-answer` when it is not JSON or too deep.
    init(answer bytes: [UInt8], maximumBytes: Int) throws(LIFError) {
        do {
            let limits = JSONLimits(maximumBytes: maximumBytes, maximumDepth: Self.maximumAnswerDepth)
            self = try RawJSON(validating: bytes, limits: limits)
        } catch {
            throw SourceFailure.notJSON(error)
        }
    }
}
