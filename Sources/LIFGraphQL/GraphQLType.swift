/// A named type of a schema (GraphQL, October 2021, section 3.4).
public struct GraphQLType: Sendable, Hashable {
    /// Which of GraphQL's six kinds of named types it is, with the parts that only this kind has.
    public enum Kind: Sendable, Hashable {
        case scalar
        case object
        /// Known by name and fields only; a field of this type is never executed here.
        case interface(possibleTypes: [String])
        case union(possibleTypes: [String])
        case enumeration([GraphQLEnumValue])
        case inputObject([GraphQLInputValue])
    }

    /// The name, compared to the letter.
    public let name: String
    /// The description that introspection gives for people; `nil` for none.
    public let description: String?
    /// Which kind of type it is.
    public let kind: Kind
    /// The fields of an object or interface, in their order; empty for every other kind.
    public let fields: [GraphQLField]
    private let fieldIndexes: [String: Int]

    /// A type of any kind. Whether its references exist is checked when a ``GraphQLSchema`` is made of it.
    ///
    /// - Parameter fields: Of an object or interface. Of two with the same name the first is found.
    public init(_ name: String, description: String? = nil, kind: Kind, fields: [GraphQLField] = []) {
        self.name = name
        self.description = description
        self.kind = kind
        self.fields = fields
        fieldIndexes = Dictionary(
            fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// A scalar type.
    public static func scalar(_ name: String, description: String? = nil) -> GraphQLType {
        GraphQLType(name, description: description, kind: .scalar)
    }

    /// An object type with its fields, in the order in which introspection lists them.
    public static func object(_ name: String, description: String? = nil, fields: [GraphQLField]) -> GraphQLType {
        GraphQLType(name, description: description, kind: .object, fields: fields)
    }

    /// An enum type whose values have neither description nor deprecation.
    public static func enumeration(_ name: String, description: String? = nil, values: [String]) -> GraphQLType {
        GraphQLType(name, description: description, kind: .enumeration(values.map { GraphQLEnumValue($0) }))
    }

    /// An input object type with its fields.
    public static func inputObject(
        _ name: String, description: String? = nil, fields: [GraphQLInputValue]
    ) -> GraphQLType {
        GraphQLType(name, description: description, kind: .inputObject(fields))
    }
}

extension GraphQLType {
    /// The field of exactly that name.
    public func field(_ name: String) -> GraphQLField? {
        fieldIndexes[name].map { fields[$0] }
    }

    /// The field of that name, or else the one that differs only in the case of its first letter: schemas write
    /// `Name` where older configurations write `name`.
    public func field(matching name: String) -> GraphQLField? {
        field(name) ?? field(name.withOtherFirstCase)
    }

    /// The fields of an input object; empty for every other kind.
    public var inputFields: [GraphQLInputValue] {
        if case .inputObject(let fields) = kind { fields } else { [] }
    }

    /// The input field of exactly that name.
    public func inputField(_ name: String) -> GraphQLInputValue? { inputFields.first { $0.name == name } }

    /// The values of an enum; empty for every other kind.
    public var enumValues: [GraphQLEnumValue] {
        if case .enumeration(let values) = kind { values } else { [] }
    }

    /// Scalars and enums: a field of such a type takes no selection.
    public var isLeaf: Bool {
        switch kind {
        case .scalar, .enumeration: true
        case .object, .interface, .union, .inputObject: false
        }
    }

    /// Objects, interfaces and unions: a field of such a type needs a selection.
    public var isComposite: Bool {
        switch kind {
        case .object, .interface, .union: true
        case .scalar, .enumeration, .inputObject: false
        }
    }

    /// Scalars, enums and input objects may type arguments and variables.
    public var isInput: Bool {
        if case .inputObject = kind { true } else { isLeaf }
    }

    /// The names of the objects that a value of this type may be.
    var possibleTypes: [String] {
        switch kind {
        case .object: [name]
        case .interface(let types), .union(let types): types
        case .scalar, .enumeration, .inputObject: []
        }
    }
}

extension String {
    fileprivate var withOtherFirstCase: String {
        guard let first else { return self }
        return (first.isUppercase ? first.lowercased() : first.uppercased()) + dropFirst()
    }
}
