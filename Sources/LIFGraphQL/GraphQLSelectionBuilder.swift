/// Writes the selection of a whole field: every leaf below it, so that an answer holds all that the schema can give.
///
/// Left out are fields that need an argument, fields of interface and union types, and types that are open on the
/// path already (a recursive type is entered once). An object of which nothing is left is left out itself.
public struct GraphQLSelectionBuilder: Sendable {
    let schema: GraphQLSchema
    let maximumDepth: Int
    private let maximumFields: Int

    /// A builder for the selections of one schema.
    ///
    /// - Parameters:
    ///   - maximumDepth: Objects inside one another, the field's own included; what lies deeper is left out.
    ///   - maximumFields: A schema whose selection would have more fields is refused.
    public init(schema: GraphQLSchema, maximumDepth: Int = 16, maximumFields: Int = 10_000) {
        self.schema = schema
        self.maximumDepth = maximumDepth
        self.maximumFields = maximumFields
    }

    /// The selection of one field, its own name included: `Name { firstName lastName }`.
    ///
    /// - Parameter excluded: Fields to leave out, each as the names that lead to it, `fieldName` first.
    /// - Throws: `GraphQLError` when the type is no object of the schema, has no such field, the field needs an
    ///   argument, nothing can be selected below it, or the selection passes `maximumFields`.
    public func selection(
        of fieldName: String, on typeName: String, excluding excluded: Set<[String]> = []
    ) throws(GraphQLError) -> String {
        guard let type = schema.type(typeName), case .object = type.kind else {
            throw GraphQLError("The schema has no object type '\(typeName)'.")
        }
        guard let field = type.field(fieldName) else {
            throw GraphQLError(
                "Cannot query field '\(fieldName)' on type '\(typeName)'."
                    + GraphQLSuggestions.sentence(for: fieldName, among: type.fields.map(\.name)))
        }
        var writing = Writing(excluded: excluded)
        guard try write(field, open: [typeName], into: &writing) else {
            throw GraphQLError("Nothing can be selected of field '\(fieldName)' on type '\(typeName)'.")
        }
        return writing.words.joined(separator: " ")
    }

    private struct Writing {
        let excluded: Set<[String]>
        var words: [String] = []
        var count = 0
        /// The names that lead to the field being written.
        var path: [String] = []
    }

    /// Appends the field; appends nothing and gives `false` when nothing of it can be selected.
    private func write(
        _ field: GraphQLField, open: Set<String>, into writing: inout Writing
    ) throws(GraphQLError) -> Bool {
        writing.path.append(field.name)
        defer { writing.path.removeLast() }
        // What is looked at counts, and not only what is written: that bounds the work.
        writing.count += 1
        guard writing.count <= maximumFields else {
            throw GraphQLError("The selection of the whole field would have more than \(maximumFields) fields.")
        }
        guard !field.hasRequiredArgument, let type = schema.type(of: field.type),
            !writing.excluded.contains(writing.path)
        else { return false }
        if type.isLeaf {
            writing.words.append(field.name)
            return true
        }
        // The type that the field is asked on counts in `open`, too.
        guard case .object = type.kind, !open.contains(type.name), open.count <= maximumDepth else { return false }
        let start = writing.words.count
        writing.words.append(contentsOf: [field.name, "{"])
        var isEmpty = true
        let open = open.union([type.name])
        for child in type.fields where try write(child, open: open, into: &writing) {
            isEmpty = false
        }
        if isEmpty {
            writing.words.removeSubrange(start...)
            return false
        }
        writing.words.append("}")
        return true
    }
}
