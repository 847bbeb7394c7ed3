/// A type system: named types, the operations' root types, and directives (GraphQL, October 2021, section 3).
public struct GraphQLSchema: Sendable, Hashable {
    /// The description of the whole schema that introspection gives for people; `nil` for none.
    public let description: String?
    /// The name of the type that queries start from.
    public let queryTypeName: String
    /// The name of the type that mutations start from; `nil` for none. Introspection names it, but none is executed.
    public let mutationTypeName: String?
    /// The name of the type that subscriptions start from; `nil` for none. Introspection names it, but none is executed.
    public let subscriptionTypeName: String?
    /// All named types: those given, in their order, then `String`, `Boolean` and the other built-in scalars in use
    /// where they were not given, then the types of introspection.
    public let types: [GraphQLType]
    /// The directives that introspection lists. Documents may use these and the ``GraphQLDirective/standard`` ones.
    public let directives: [GraphQLDirective]
    private let indexes: [String: Int]

    /// Builds a schema from its types.
    ///
    /// Types whose names begin with two underscores are replaced by this library's introspection types.
    /// - Throws: `GraphQLError` that names the type when one is given twice or missing, when the root type of queries
    ///   is no object, or when a field has an input type or an argument an output type.
    public init(
        query: String, mutation: String? = nil, subscription: String? = nil, types: [GraphQLType],
        directives: [GraphQLDirective] = GraphQLDirective.standard, description: String? = nil
    ) throws(GraphQLError) {
        self.description = description
        queryTypeName = query
        mutationTypeName = mutation
        subscriptionTypeName = subscription
        self.directives = directives
        var all = types.filter { !$0.name.hasPrefix("__") }
        let given = Set(all.map(\.name))
        let used = Set(all.flatMap(\.referencedTypes) + directives.flatMap { $0.arguments.map(\.type.namedType) })
        for scalar in GraphQLBuiltInScalar.allCases where !given.contains(scalar.rawValue) {
            if scalar == .string || scalar == .boolean || used.contains(scalar.rawValue) { all.append(scalar.type) }
        }
        all.append(contentsOf: GraphQLIntrospectionTypes.all)
        self.types = all
        var indexes: [String: Int] = [:]
        for (index, type) in all.enumerated() {
            guard indexes.updateValue(index, forKey: type.name) == nil else {
                throw GraphQLError("The schema defines type '\(type.name)' twice.")
            }
        }
        self.indexes = indexes
        try check()
    }

    /// The type of that name, built-in and introspection types included.
    public func type(_ name: String) -> GraphQLType? { indexes[name].map { types[$0] } }

    /// The type inside a reference's lists and non-nulls.
    public func type(of reference: GraphQLTypeReference) -> GraphQLType? { type(reference.namedType) }

    /// The type that queries start from.
    public var queryType: GraphQLType? { type(queryTypeName) }

    /// The directive of exactly that name, without `@`.
    public func directive(_ name: String) -> GraphQLDirective? { directives.first { $0.name == name } }

    private func check() throws(GraphQLError) {
        for root in [queryTypeName, mutationTypeName, subscriptionTypeName] {
            guard let root else { continue }
            guard case .object = type(root)?.kind else {
                throw GraphQLError("The schema's root type '\(root)' is not an object type that it defines.")
            }
        }
        for type in types {
            for field in type.fields {
                let target = try defined(field.type, by: type)
                guard target.isComposite || target.isLeaf else {
                    throw GraphQLError("The field '\(type.name).\(field.name)' has an input type.")
                }
                try checkInputs(field.arguments, of: type)
            }
            try checkInputs(type.inputFields, of: type)
        }
    }

    private func checkInputs(_ inputs: [GraphQLInputValue], of owner: GraphQLType) throws(GraphQLError) {
        for input in inputs {
            guard try defined(input.type, by: owner).isInput else {
                throw GraphQLError("The input '\(input.name)' of type '\(owner.name)' has an output type.")
            }
        }
    }

    private func defined(_ reference: GraphQLTypeReference, by owner: GraphQLType) throws(GraphQLError) -> GraphQLType {
        guard let type = type(of: reference) else {
            throw GraphQLError(
                "The schema's type '\(owner.name)' refers to type '\(reference.namedType)', which it does not define.")
        }
        return type
    }
}

extension GraphQLType {
    fileprivate var referencedTypes: [String] {
        fields.flatMap { field in [field.type.namedType] + field.arguments.map(\.type.namedType) }
            + inputFields.map(\.type.namedType)
    }
}
