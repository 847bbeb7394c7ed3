import LIFGraphQL
import LIFJSON

extension GraphQLSchema {
    /// The schema of a small partner.
    ///
    /// - Parameters:
    ///   - identifierTypes: The values of the enum of identifier types; `nil` for a plain string.
    ///   - isList: Whether the filter takes a list of identifiers.
    ///   - camelCase: Whether entities are written `name` and not `Name`.
    static func partner(
        identifierTypes: [String]? = nil, isList: Bool = true, camelCase: Bool = false, filterIsRequired: Bool = false
    ) throws -> GraphQLSchema {
        func entity(_ name: String) -> String { camelCase ? name.prefix(1).lowercased() + name.dropFirst() : name }
        let identifier = GraphQLTypeReference.named("WhoInput")
        let filter = GraphQLTypeReference.named("HumanFilter")
        var types: [GraphQLType] = [
            .object(
                "Query",
                fields: [
                    GraphQLField(
                        "person", .nonNull(.list(.nonNull(.named("Human")))),
                        arguments: [GraphQLInputValue("filter", filterIsRequired ? .nonNull(filter) : filter)])
                ]),
            .inputObject(
                "HumanFilter",
                fields: [GraphQLInputValue("Identifier", isList ? .list(.nonNull(identifier)) : identifier)]),
            .inputObject(
                "WhoInput",
                fields: [
                    GraphQLInputValue("identifier", .named("String")),
                    GraphQLInputValue("identifierType", .named(identifierTypes == nil ? "String" : "IdType")),
                ]),
            .object(
                "Human",
                fields: [
                    GraphQLField(entity("Name"), .list(.named("HumanName"))),
                    GraphQLField(entity("CredentialAward"), .list(.named("Award"))),
                    GraphQLField("informationSourceId", .named("String")),
                ]),
            .object(
                "HumanName",
                fields: [GraphQLField("firstName", .named("String")), GraphQLField("lastName", .named("String"))]),
            .object(
                "Award",
                fields: [
                    GraphQLField("identifier", .named("String")),
                    GraphQLField("result", .list(.named("String"))),
                    GraphQLField("RefCredential", .named("AwardRef")),
                ]),
            .object(
                "AwardRef",
                fields: [
                    GraphQLField("identifier", .nonNull(.named("String"))),
                    GraphQLField("name", .nonNull(.named("String"))),
                    GraphQLField("level", .nonNull(.named("String"))),
                ]),
        ]
        if let identifierTypes { types.append(.enumeration("IdType", values: identifierTypes)) }
        return try GraphQLSchema(query: "Query", types: types)
    }
}
