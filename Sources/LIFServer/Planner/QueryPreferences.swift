import HTTPTypes
import LIFJSON
import LIFModel
import LIFQueryPlanner

/// What an answer to a query may be read as.
private enum AnswerType: String, CaseIterable {
    case records = "application/json"
    case result = "application/vnd.lif.result+json"
}

/// What a request with a query says about how it is to be answered.
struct QueryPreferences {
    static let resultType = "application/vnd.lif.result+json"

    /// Whether the native result is wanted instead of the records alone.
    let isNative: Bool
    var options: QueryOptions

    /// Only who asked for it gets a correlation id instead of an answer: by `Prefer`, by `Accept`, or with the JSONPath form,
    /// which deployed clients do not have.
    ///
    /// - Throws: `LIFError` `QueryNotValid` for a path of planners that is none.
    init(_ headers: HTTPFields, query: JSONValue) throws(LIFError) {
        let prefer = PreferHeader(headers)
        isNative = AcceptHeader(headers).preferred(among: AnswerType.allCases, otherwise: .records) == .result
        let isJSONPath = LIFQuery.isJSONPath(query)
        options = QueryOptions(
            maximumAge: CacheControlHeader(headers).maximumAge,
            via: try FederationPath(headerValues: headers.values(of: .via)), wait: prefer.wait)
        if prefer.respondAsync && prefer.wait == nil {
            options.asynchrony = .preferred
        } else if isNative || isJSONPath || prefer.wait != nil {
            options.asynchrony = .allowed
        }
    }
}
