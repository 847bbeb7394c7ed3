/// A field of an object or interface type.
public struct GraphQLField: Sendable, Hashable {
    /// The name, compared to the letter.
    public let name: String
    /// The description that introspection gives for people; `nil` for none.
    public let description: String?
    /// The arguments that a selection may give, in their order.
    public let arguments: [GraphQLInputValue]
    /// The type of its value.
    public let type: GraphQLTypeReference
    /// Why the field should no longer be used; `nil` when it may be.
    public let deprecationReason: String?

    /// A field without arguments that may be used, unless said otherwise.
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

    /// The argument of exactly that name.
    public func argument(_ name: String) -> GraphQLInputValue? { arguments.first { $0.name == name } }

    /// Whether a selection must give an argument.
    public var hasRequiredArgument: Bool { arguments.contains(where: \.isRequired) }
}

/// An argument, or a field of an input object type.
public struct GraphQLInputValue: Sendable, Hashable {
    /// The name, compared to the letter.
    public let name: String
    /// The description that introspection gives for people; `nil` for none.
    public let description: String?
    /// The type that a value for it must have.
    public let type: GraphQLTypeReference
    /// The default as a GraphQL literal, as introspection writes it: `null`, `"text"`, `[SOME_ENUM]`.
    public let defaultValue: String?
    /// Why it should no longer be given; `nil` when it may be.
    public let deprecationReason: String?

    /// An input without a default: `defaultValue` is a GraphQL literal, and `"null"` is not the same as `nil`.
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
    /// The value as documents write it.
    public let name: String
    /// The description that introspection gives for people; `nil` for none.
    public let description: String?
    /// Why the value should no longer be used; `nil` when it may be.
    public let deprecationReason: String?

    /// A value that may be used, unless a reason against it is given.
    public init(_ name: String, description: String? = nil, deprecationReason: String? = nil) {
        self.name = name
        self.description = description
        self.deprecationReason = deprecationReason
    }
}

/// A directive that a schema knows.
public struct GraphQLDirective: Sendable, Hashable {
    /// The name without `@`.
    public let name: String
    /// The description that introspection gives for people; `nil` for none.
    public let description: String?
    /// Where it may stand, by the names of `__DirectiveLocation`: `FIELD`, `ENUM_VALUE`.
    public let locations: [String]
    /// The arguments that it takes, in their order.
    public let arguments: [GraphQLInputValue]
    /// Whether it may stand more than once in one place.
    public let isRepeatable: Bool

    /// A directive that may stand once in a place, unless said otherwise.
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
