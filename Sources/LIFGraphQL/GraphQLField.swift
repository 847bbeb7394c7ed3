/// A field of an object or interface type.
public struct GraphQLField: Sendable, Hashable {
    public let name: String
    public let description: String?
    public let arguments: [GraphQLInputValue]
    public let type: GraphQLTypeReference
    /// Why the field should no longer be used; `nil` when it may be.
    public let deprecationReason: String?

    public init(
        _ name: String, _ type: GraphQLTypeReference, description: String? = nil,
        arguments: [GraphQLInputValue] = [], deprecationReason: String? = nil
    ) {
        self.name = name
        self.description = description
        self.arguments = arguments
        self.type = type
        self.deprecationReason = deprecationReason
    }

    public func argument(_ name: String) -> GraphQLInputValue? { arguments.first { $0.name == name } }

    /// Whether a selection must give an argument.
    public var hasRequiredArgument: Bool { arguments.contains(where: \.isRequired) }
}

/// An argument, or a field of an input object type.
public struct GraphQLInputValue: Sendable, Hashable {
    public let name: String
    public let description: String?
    public let type: GraphQLTypeReference
    /// The default as a GraphQL literal, as introspection writes it: `null`, `"text"`, `[SOME_ENUM]`.
    public let defaultValue: String?
    public let deprecationReason: String?

    public init(
        _ name: String, _ type: GraphQLTypeReference, description: String? = nil, defaultValue: String? = nil,
        deprecationReason: String? = nil
    ) {
        self.name = name
        self.description = description
        self.type = type
        self.defaultValue = defaultValue
        self.deprecationReason = deprecationReason
    }

    /// Whether it must be given: non-null and without a default.
    public var isRequired: Bool { type.isNonNull && defaultValue == nil }
}

/// A value of an enum type.
public struct GraphQLEnumValue: Sendable, Hashable {
    public let name: String
    public let description: String?
    public let deprecationReason: String?

    public init(_ name: String, description: String? = nil, deprecationReason: String? = nil) {
        self.name = name
        self.description = description
        self.deprecationReason = deprecationReason
    }
}

/// A directive that a schema knows.
public struct GraphQLDirective: Sendable, Hashable {
    public let name: String
    public let description: String?
    public let locations: [String]
    public let arguments: [GraphQLInputValue]
    public let isRepeatable: Bool

    public init(
        _ name: String, description: String? = nil, locations: [String], arguments: [GraphQLInputValue] = [],
        isRepeatable: Bool = false
    ) {
        self.name = name
        self.description = description
        self.locations = locations
        self.arguments = arguments
        self.isRepeatable = isRepeatable
    }

    private static let executableLocations = ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"]

    /// `@include`, `@skip`, `@deprecated` and `@specifiedBy` (section 3.13).
    public static let standard = [
        GraphQLDirective(
            "include",
            description: "Directs the executor to include this field or fragment only when the `if` argument is true.",
            locations: executableLocations,
            arguments: [GraphQLInputValue("if", .nonNull(.named("Boolean")), description: "Included when true.")]),
        GraphQLDirective(
            "skip",
            description: "Directs the executor to skip this field or fragment when the `if` argument is true.",
            locations: executableLocations,
            arguments: [GraphQLInputValue("if", .nonNull(.named("Boolean")), description: "Skipped when true.")]),
        GraphQLDirective(
            "deprecated", description: "Marks an element of a GraphQL schema as no longer supported.",
            locations: ["FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INPUT_FIELD_DEFINITION", "ENUM_VALUE"],
            arguments: [
                GraphQLInputValue("reason", .named("String"), defaultValue: "\"No longer supported\"")
            ]),
        GraphQLDirective(
            "specifiedBy", description: "Exposes a URL that specifies the behavior of this scalar.",
            locations: ["SCALAR"], arguments: [GraphQLInputValue("url", .nonNull(.named("String")))]),
    ]
}
