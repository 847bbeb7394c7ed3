import JSONPath
import LIFModel

/// Makes the errors about a query in the JSONPath form. They give the position; what stands there may be a learner's.
struct JSONPathFaults {
    let text: String

    func error(_ code: LIFError.Code, at offset: Int, _ sentence: String) -> LIFError {
        let column = JSONPathError.Position(offset: offset, in: text).column
        return LIFError(code, "At column \(column) of the query: \(sentence)")
    }

    /// A query by other attributes than a learner's identifiers.
    func parametric(at offset: Int, _ what: String) -> LIFError {
        error(
            .notSupportedYet, at: offset,
            "\(what) Queries by other attributes than a learner's identifiers (parametric queries) are not answered "
                + "by this version.")
    }
}
