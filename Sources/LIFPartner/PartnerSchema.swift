public import LIFGraphQL
import LIFJSON

/// The GraphQL schema of a partner's records: `person(filter: PersonInput): [PersonItem!]!`, with types named as
/// deployed LIF APIs name them (`PersonItemNameItem`).
///
/// A member gets the type of the data that is there, so that every value can be answered as it was written; where
/// there is none, that of the data model. Values of several kinds under one name, objects without members, and
/// objects with members that GraphQL cannot name get the scalar `JSON`. A member of `Person` itself that GraphQL
/// cannot name is not served.
public struct PartnerSchema: Sendable {
    /// How the filter takes an identifier's type: deployed APIs do either.
    public enum IdentifierTypeStyle: Sendable, Hashable {
        case string
        /// An enum of the tokens that the records use.
        case enumeration
    }

    /// The finished schema, introspection types included.
    public let schema: GraphQLSchema

    /// Makes the schema that fits these records, and a data model where one is given.
    ///
    /// - Throws: `PartnerError` when neither data nor model give `Person` a member.
    public init(
        records: PartnerRecords, model: PartnerDataModel? = nil, identifierTypeStyle: IdentifierTypeStyle = .string
    ) throws(PartnerError) {
        var observed = ObservedShape()
        for person in records.people { observed.observe(person) }
        var builder = PartnerSchemaBuilder()
        guard builder.object("PersonItem", observed, model?.person, isRoot: true) else {
            throw PartnerError("The records and the data model give 'Person' no member that could be asked for.")
        }
        let filter = Self.filterTypes(records, identifierTypeStyle)
        let query = GraphQLType.object(
            "Query",
            fields: [
                GraphQLField(
                    "person", .nonNull(.list(.nonNull(.named("PersonItem")))),
                    description: "The people that any of the filter's identifiers names; none for an unknown one.",
                    arguments: [GraphQLInputValue("filter", .named("PersonInput"), defaultValue: "null")])
            ])
        do {
            schema = try GraphQLSchema(query: "Query", types: [query] + builder.types + filter)
        } catch {
            throw PartnerError("The schema of the records is not consistent: \(error.message)")
        }
    }

    private static func filterTypes(_ records: PartnerRecords, _ style: IdentifierTypeStyle) -> [GraphQLType] {
        var types: [GraphQLType] = []
        let identifierType: String
        switch style {
        case .string: identifierType = "String"
        case .enumeration:
            identifierType = "PersonIdentifierType"
            let tokens = records.identifierTypes.filter(\.isGraphQLName)
            types.append(
                .enumeration(identifierType, values: tokens.isEmpty ? ["SCHOOL_ASSIGNED_NUMBER"] : tokens))
        }
        types.append(
            .inputObject(
                "PersonIdentifierInput",
                fields: [
                    GraphQLInputValue("identifier", .named("String"), defaultValue: "null"),
                    GraphQLInputValue("identifierType", .named(identifierType), defaultValue: "null"),
                ]))
        types.append(
            .inputObject(
                "PersonInput",
                fields: [
                    GraphQLInputValue(
                        "Identifier", .list(.nonNull(.named("PersonIdentifierInput"))), defaultValue: "null")
                ]))
        return types
    }
}
