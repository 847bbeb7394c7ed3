import LIFJSON

/// A part of the schema, as introspection shows it (GraphQL, October 2021, section 4.2).
enum GraphQLIntrospectionNode: Sendable {
    case schema
    case type(GraphQLTypeReference)
    case field(GraphQLField)
    case input(GraphQLInputValue)
    case enumValue(GraphQLEnumValue)
    case directive(GraphQLDirective)

    /// The value of one of its fields; null where the node has none.
    func member(_ name: String, _ arguments: JSONObject, of schema: GraphQLSchema) -> GraphQLResolvedValue {
        let all = arguments["includeDeprecated"]?.bool ?? false
        switch self {
        case .schema: return Self.member(name, of: schema)
        case .type(let reference): return Self.member(name, of: reference, includingDeprecated: all, schema)
        case .field(let field):
            switch name {
            case "args": return .inputs(field.arguments, includingDeprecated: all)
            case "type": return .introspection(.type(field.type))
            default: return Self.common(name, field.name, field.description, field.deprecationReason)
            }
        case .input(let input):
            switch name {
            case "type": return .introspection(.type(input.type))
            case "defaultValue": return .text(input.defaultValue)
            default: return Self.common(name, input.name, input.description, input.deprecationReason)
            }
        case .enumValue(let value):
            return Self.common(name, value.name, value.description, value.deprecationReason)
        case .directive(let directive):
            switch name {
            case "isRepeatable": return .json(.bool(directive.isRepeatable))
            case "locations": return .list(directive.locations.map { .text($0) })
            case "args": return .inputs(directive.arguments, includingDeprecated: all)
            default: return Self.common(name, directive.name, directive.description, nil)
            }
        }
    }

    private static func common(
        _ member: String, _ name: String, _ description: String?, _ deprecationReason: String?
    ) -> GraphQLResolvedValue {
        switch member {
        case "name": .text(name)
        case "description": .text(description)
        case "isDeprecated": .json(.bool(deprecationReason != nil))
        case "deprecationReason": .text(deprecationReason)
        default: .json(.null)
        }
    }

    private static func member(_ name: String, of schema: GraphQLSchema) -> GraphQLResolvedValue {
        switch name {
        case "description": .text(schema.description)
        case "types": .list(schema.types.map { .type($0.name) })
        case "queryType": .type(schema.queryTypeName)
        case "mutationType": schema.mutationTypeName.map { .type($0) } ?? .json(.null)
        case "subscriptionType": schema.subscriptionTypeName.map { .type($0) } ?? .json(.null)
        case "directives": .list(schema.directives.map { .introspection(.directive($0)) })
        default: .json(.null)
        }
    }

    private static func member(
        _ name: String, of reference: GraphQLTypeReference, includingDeprecated all: Bool, _ schema: GraphQLSchema
    ) -> GraphQLResolvedValue {
        switch reference {
        case .list(let inner), .nonNull(let inner):
            switch name {
            case "kind": return .text(reference.isNonNull ? "NON_NULL" : "LIST")
            case "ofType": return .introspection(.type(inner))
            default: return .json(.null)
            }
        case .named(let typeName):
            guard let type = schema.type(typeName) else { return .json(.null) }
            switch name {
            case "kind": return .text(type.kind.introspectionName)
            case "name": return .text(type.name)
            case "description": return .text(type.description)
            case "fields":
                switch type.kind {
                case .object, .interface:
                    return .list(
                        type.fields.filter { all || $0.deprecationReason == nil }.map { .introspection(.field($0)) })
                case .scalar, .union, .enumeration, .inputObject: return .json(.null)
                }
            case "interfaces":
                switch type.kind {
                case .object, .interface: return .list([])
                case .scalar, .union, .enumeration, .inputObject: return .json(.null)
                }
            case "possibleTypes":
                switch type.kind {
                case .interface(let names), .union(let names): return .list(names.map { .type($0) })
                case .scalar, .object, .enumeration, .inputObject: return .json(.null)
                }
            case "enumValues":
                guard case .enumeration(let values) = type.kind else { return .json(.null) }
                return .list(
                    values.filter { all || $0.deprecationReason == nil }.map { .introspection(.enumValue($0)) })
            case "inputFields":
                guard case .inputObject(let fields) = type.kind else { return .json(.null) }
                return .inputs(fields, includingDeprecated: all)
            case "isOneOf":
                guard case .inputObject = type.kind else { return .json(.null) }
                return .json(.bool(false))
            default: return .json(.null)
            }
        }
    }
}

extension GraphQLType.Kind {
    fileprivate var introspectionName: String {
        switch self {
        case .scalar: "SCALAR"
        case .object: "OBJECT"
        case .interface: "INTERFACE"
        case .union: "UNION"
        case .enumeration: "ENUM"
        case .inputObject: "INPUT_OBJECT"
        }
    }
}

extension GraphQLResolvedValue {
    fileprivate static func text(_ text: String?) -> Self { .json(text.map { .string($0) } ?? .null) }

    fileprivate static func type(_ name: String) -> Self { .introspection(.type(.named(name))) }

    fileprivate static func inputs(_ inputs: [GraphQLInputValue], includingDeprecated all: Bool) -> Self {
        .list(inputs.filter { all || $0.deprecationReason == nil }.map { .introspection(.input($0)) })
    }
}
