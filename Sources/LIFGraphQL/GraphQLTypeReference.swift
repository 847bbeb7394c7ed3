/// A type as a field, argument or variable uses it: a name, perhaps in lists, perhaps non-null.
public indirect enum GraphQLTypeReference: Sendable, Hashable {
    case named(String)
    case list(GraphQLTypeReference)
    case nonNull(GraphQLTypeReference)
}

extension GraphQLTypeReference {
    /// The name inside all lists and non-nulls.
    public var namedType: String {
        switch self {
        case .named(let name): name
        case .list(let inner), .nonNull(let inner): inner.namedType
        }
    }

    /// Whether `null` is not allowed at its outermost level; elements of a list may still be null.
    public var isNonNull: Bool {
        if case .nonNull = self { true } else { false }
    }

    /// The same type with `null` allowed at its outermost level.
    public var nullable: GraphQLTypeReference {
        if case .nonNull(let inner) = self { inner } else { self }
    }

    /// The type of an element when this is a list, nullable or not; else `nil`.
    public var listElement: GraphQLTypeReference? {
        if case .list(let element) = nullable { element } else { nil }
    }

    /// Whether it is a list at its outermost level, nullable or not.
    public var isList: Bool { listElement != nil }

    /// Whether a value of this type may stand where the other is wanted (section 5.8.5, `AreTypesCompatible`).
    func isUsable(as wanted: GraphQLTypeReference) -> Bool {
        switch (self, wanted) {
        case (.nonNull(let own), .nonNull(let other)): own.isUsable(as: other)
        case (_, .nonNull): false
        case (.nonNull(let own), _): own.isUsable(as: wanted)
        case (.list(let own), .list(let other)): own.isUsable(as: other)
        case (.named(let own), .named(let other)): own == other
        default: false
        }
    }
}

extension GraphQLTypeReference: CustomStringConvertible {
    /// As GraphQL writes it: `[PersonItem!]!`.
    public var description: String {
        switch self {
        case .named(let name): name
        case .list(let inner): "[\(inner)]"
        case .nonNull(let inner): "\(inner)!"
        }
    }
}
