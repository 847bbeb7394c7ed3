/// An executable document: operations and fragments (GraphQL, October 2021, section 2).
public struct GraphQLDocument: Sendable, Hashable {
    let operations: [GraphQLSyntax.Operation]
    let fragments: [GraphQLSyntax.Fragment]

    /// Parses a text.
    ///
    /// - Throws: `GraphQLError` with line and column where the text does not follow the grammar, holds definitions
    ///   that cannot be executed, or passes a limit. Never crashes, whatever the text.
    public init(parsing text: String, limits: GraphQLLimits = .standard) throws(GraphQLError) {
        var parser = try GraphQLParser(text, limits: limits)
        self = try parser.document()
    }

    init(operations: [GraphQLSyntax.Operation], fragments: [GraphQLSyntax.Fragment]) {
        self.operations = operations
        self.fragments = fragments
    }

    /// The names of its operations, without the anonymous one.
    public var operationNames: [String] { operations.compactMap { $0.name?.text } }

    /// The operation a request means (section 6.1, `GetOperation`).
    func operation(named name: String?) throws(GraphQLError) -> GraphQLSyntax.Operation {
        if let name, !name.isEmpty {
            guard let operation = operations.first(where: { $0.name?.text == name }) else {
                throw GraphQLError("Unknown operation named '\(name.prefix(255))'.")
            }
            return operation
        }
        guard let first = operations.first else { throw GraphQLError("Must provide an operation.") }
        guard operations.count == 1 else {
            throw GraphQLError("Must provide operation name if query contains multiple operations.")
        }
        return first
    }
}
