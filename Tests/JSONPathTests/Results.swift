import JSONPath
import LIFJSON

/// What a query selects of a JSON text, as JSON texts.
func select(
    _ query: String, _ document: String, limits: JSONPathLimits = .standard
) throws -> [String] {
    let value = try JSONParser.parse(document)
    return try JSONPathQuery(query, limits: limits).values(in: value, limits: limits).map { RawJSON($0).text }
}

/// The error of a query that must be refused.
func refusal(_ query: String, limits: JSONPathLimits = .standard) -> JSONPathError? {
    do {
        _ = try JSONPathQuery(query, limits: limits)
        return nil
    } catch {
        return error
    }
}
