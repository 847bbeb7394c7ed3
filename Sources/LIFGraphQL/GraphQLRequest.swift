public import LIFJSON

/// What a client asks: a document, values for its variables, and which of its operations is meant.
public struct GraphQLRequest: Sendable, Hashable {
    /// The text of the document, not parsed yet.
    public var query: String
    /// Values for the variables of the operation, by name without `$`; they are coerced when the request is executed.
    public var variables: JSONObject
    /// The operation to execute; `nil` where the document has just one.
    public var operationName: String?

    /// A request as it is; document and variables are checked when it is executed.
    public init(query: String, variables: JSONObject = JSONObject(), operationName: String? = nil) {
        self.query = query
        self.variables = variables
        self.operationName = operationName
    }

    /// Reads the JSON body of a request, `{"query","variables","operationName"}`; the last two may be null or absent.
    ///
    /// - Throws: `GraphQLError` that names the member of the wrong type.
    public init(body: JSONValue) throws(GraphQLError) {
        guard case .object(let object) = body, let query = object["query"]?.string else {
            throw GraphQLError("The request must be a JSON object whose 'query' is a string.")
        }
        self.query = query
        switch object["variables"] ?? .null {
        case .null: variables = JSONObject()
        case .object(let values): variables = values
        default: throw GraphQLError("The request's 'variables' must be an object.")
        }
        switch object["operationName"] ?? .null {
        case .null: operationName = nil
        case .string(let name): operationName = name
        default: throw GraphQLError("The request's 'operationName' must be a string.")
        }
    }
}

/// The answer to a request.
public struct GraphQLResponse: Sendable, Hashable {
    /// Null when the request could not be executed, or an error reached the root.
    public let data: JSONValue
    /// What went wrong, with the path of the field where it belongs to one; empty when nothing did.
    public let errors: [GraphQLError]

    /// An answer without errors, unless they are given.
    public init(data: JSONValue, errors: [GraphQLError] = []) {
        self.data = data
        self.errors = errors
    }

    /// `{"data":…}`, with `errors` after it when there are any.
    public var raw: RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("data", data)
            if !errors.isEmpty {
                writer.name("errors")
                writer.array { writer in
                    for error in errors { error.write(to: &writer) }
                }
            }
        }
        return writer.raw
    }
}
