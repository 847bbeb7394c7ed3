/// The nodes of a parsed document. Each knows where it stands, for errors.
enum GraphQLSyntax {
    typealias Location = GraphQLError.Location

    struct Name: Sendable, Hashable {
        let text: String
        let location: Location
    }

    enum OperationKind: String, Sendable, Hashable {
        case query
        case mutation
        case subscription
    }

    struct Operation: Sendable, Hashable {
        let kind: OperationKind
        let name: Name?
        let variables: [Variable]
        let directives: [Directive]
        let selections: [Selection]
        let location: Location
    }

    struct Variable: Sendable, Hashable {
        let name: Name
        let type: TypeNode
        let defaultValue: Value?
        let directives: [Directive]
        let location: Location
    }

    /// A type as a document writes it; the location is that of its name.
    struct TypeNode: Sendable, Hashable {
        let reference: GraphQLTypeReference
        let location: Location
    }

    enum Selection: Sendable, Hashable {
        case field(Field)
        case spread(Spread)
        case inline(Inline)
    }

    struct Field: Sendable, Hashable {
        let alias: Name?
        let name: Name
        let arguments: [Argument]
        let directives: [Directive]
        /// `nil` where the document writes no braces.
        let selections: [Selection]?
        /// Where its braces begin.
        let selectionsLocation: Location

        var key: String { alias?.text ?? name.text }
        var location: Location { alias?.location ?? name.location }
    }

    struct Spread: Sendable, Hashable {
        let name: Name
        let directives: [Directive]
        let location: Location
    }

    struct Inline: Sendable, Hashable {
        let condition: Name?
        let directives: [Directive]
        let selections: [Selection]
        let location: Location
    }

    struct Fragment: Sendable, Hashable {
        let name: Name
        let condition: Name
        let directives: [Directive]
        let selections: [Selection]
        let location: Location
    }

    struct Directive: Sendable, Hashable {
        let name: Name
        let arguments: [Argument]
        let location: Location
    }

    struct Argument: Sendable, Hashable {
        let name: Name
        let value: Value
    }

    struct Value: Sendable, Hashable {
        enum Kind: Sendable, Hashable {
            case variable(String)
            case int(String)
            case float(String)
            case string(String)
            case boolean(Bool)
            case null
            case enumeration(String)
            case list([Value])
            case object([Argument])
        }

        let kind: Kind
        let location: Location
    }
}
