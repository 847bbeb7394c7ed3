/// The types that every schema has for questions about itself (GraphQL, October 2021, section 4.2).
enum GraphQLIntrospectionTypes {
    static let schema = "__Schema"
    static let type = "__Type"

    /// `__schema` and `__type`, which every query root has without listing them.
    static let schemaField = GraphQLField("__schema", .nonNull(.named("__Schema")))
    static let typeField = GraphQLField(
        "__type", .named("__Type"), arguments: [GraphQLInputValue("name", .nonNull(string))])
    /// `__typename`, which every object has without listing it.
    static let typenameField = GraphQLField("__typename", .nonNull(string))

    private static let string = GraphQLTypeReference.named("String")
    private static let boolean = GraphQLTypeReference.nonNull(.named("Boolean"))
    private static let includeDeprecated = GraphQLInputValue(
        "includeDeprecated", .named("Boolean"), defaultValue: "false")

    private static func list(_ name: String) -> GraphQLTypeReference { .list(.nonNull(.named(name))) }

    static let all: [GraphQLType] = [
        .object(
            schema,
            fields: [
                GraphQLField("description", string),
                GraphQLField("types", .nonNull(list(type))),
                GraphQLField("queryType", .nonNull(.named(type))),
                GraphQLField("mutationType", .named(type)),
                GraphQLField("subscriptionType", .named(type)),
                GraphQLField("directives", .nonNull(list("__Directive"))),
            ]),
        .object(
            type,
            fields: [
                GraphQLField("kind", .nonNull(.named("__TypeKind"))),
                GraphQLField("name", string),
                GraphQLField("description", string),
                GraphQLField("specifiedByURL", string),
                GraphQLField("fields", list("__Field"), arguments: [includeDeprecated]),
                GraphQLField("interfaces", list(type)),
                GraphQLField("possibleTypes", list(type)),
                GraphQLField("enumValues", list("__EnumValue"), arguments: [includeDeprecated]),
                GraphQLField("inputFields", list("__InputValue"), arguments: [includeDeprecated]),
                GraphQLField("ofType", .named(type)),
                GraphQLField("isOneOf", .named("Boolean")),
            ]),
        .object(
            "__Field",
            fields: [
                GraphQLField("name", .nonNull(string)),
                GraphQLField("description", string),
                GraphQLField("args", .nonNull(list("__InputValue")), arguments: [includeDeprecated]),
                GraphQLField("type", .nonNull(.named(type))),
                GraphQLField("isDeprecated", boolean),
                GraphQLField("deprecationReason", string),
            ]),
        .object(
            "__InputValue",
            fields: [
                GraphQLField("name", .nonNull(string)),
                GraphQLField("description", string),
                GraphQLField("type", .nonNull(.named(type))),
                GraphQLField("defaultValue", string),
                GraphQLField("isDeprecated", boolean),
                GraphQLField("deprecationReason", string),
            ]),
        .object(
            "__EnumValue",
            fields: [
                GraphQLField("name", .nonNull(string)),
                GraphQLField("description", string),
                GraphQLField("isDeprecated", boolean),
                GraphQLField("deprecationReason", string),
            ]),
        .object(
            "__Directive",
            fields: [
                GraphQLField("name", .nonNull(string)),
                GraphQLField("description", string),
                GraphQLField("isRepeatable", boolean),
                GraphQLField("locations", .nonNull(list("__DirectiveLocation"))),
                GraphQLField("args", .nonNull(list("__InputValue")), arguments: [includeDeprecated]),
            ]),
        .enumeration(
            "__TypeKind",
            values: ["SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL"]),
        .enumeration(
            "__DirectiveLocation",
            values: [
                "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD",
                "INLINE_FRAGMENT", "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION",
                "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT",
                "INPUT_FIELD_DEFINITION",
            ]),
    ]
}
