import LIFGraphQL
import LIFJSON
import LIFModel

/// How a query names the learner to a partner.
enum PartnerFilter: Sendable {
    /// As the partner's schema says: one variable of the filter's type. The only type that it names is that one, because a
    /// partner may not know even the built-in scalars.
    case variable(Declared)
    /// As deployed adapters do, which know no schema: two strings.
    case stringVariables
    /// The same where the type of the identifier is an enum: its token stands in the query.
    case enumToken

    /// What a schema says of the argument.
    struct Declared: Sendable {
        let type: GraphQLTypeReference
        let identifier: GraphQLInputValue
        let value: GraphQLInputValue
        let identifierType: GraphQLInputValue?
        /// The identifier types that the schema lists; none when it takes any.
        let knownTypes: Set<String>
    }

    /// - Throws: `OperatorException` with reason `invalid-answer` when the schema's filter is not that of a LIF API.
    init(_ argument: GraphQLInputValue, of schema: GraphQLSchema) throws(LIFError) {
        guard let identifier = Self.input("Identifier", of: argument, in: schema),
            let value = Self.input("identifier", of: identifier, in: schema)
        else { throw PartnerSchema.notLIF("a filter by \"Identifier\"") }
        let identifierType = Self.input("identifierType", of: identifier, in: schema)
        let values = identifierType.flatMap { schema.type(of: $0.type) }?.enumValues ?? []
        self = .variable(
            Declared(
                type: argument.type, identifier: identifier, value: value, identifierType: identifierType,
                knownTypes: Set(values.map(\.name))))
    }

    private static func input(
        _ name: String, of owner: GraphQLInputValue, in schema: GraphQLSchema
    ) -> GraphQLInputValue? {
        let fields = schema.type(of: owner.type)?.inputFields ?? []
        return LIFName.find(name, among: fields.lazy.map(\.name)).flatMap { found in fields.first { $0.name == found } }
    }

    /// Whether the partner can know learners by this type of identifier at all: one whose schema lists the types knows
    /// no others.
    func canName(_ learner: LearnerIdentifier) -> Bool {
        switch self {
        case .variable(let declared): declared.knownTypes.isEmpty || declared.knownTypes.contains(learner.typeToken)
        case .stringVariables: true
        case .enumToken: learner.typeToken.isGraphQLName
        }
    }

    /// What to try when a partner that shows no schema has refused this form; `nil` when there is nothing more.
    var next: PartnerFilter? {
        switch self {
        case .stringVariables: .enumToken
        case .variable, .enumToken: nil
        }
    }

    /// The query's variables.
    var declaration: String {
        switch self {
        case .variable(let declared): "$filter: \(declared.type)"
        case .stringVariables: "$identifier: String!, $identifierType: String!"
        case .enumToken: "$identifier: String!"
        }
    }

    /// The argument `filter`. Of the learner nothing but a token, which is a name, stands in the query itself.
    func argument(_ learner: LearnerIdentifier) -> String {
        switch self {
        case .variable: "$filter"
        case .stringVariables:
            "{ Identifier: { identifier: $identifier, identifierType: $identifierType } }"
        case .enumToken:
            "{ Identifier: { identifier: $identifier, identifierType: \(learner.typeToken) } }"
        }
    }

    func writeVariables(_ learner: LearnerIdentifier, to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .variable(let declared):
                writer.name("filter")
                writer.object { writer in
                    writer.name(declared.identifier.name)
                    if declared.identifier.type.isList {
                        writer.array { declared.write(learner, to: &$0) }
                    } else {
                        declared.write(learner, to: &writer)
                    }
                }
            case .stringVariables:
                writer.member("identifier", learner.identifier)
                writer.member("identifierType", learner.typeToken)
            case .enumToken:
                writer.member("identifier", learner.identifier)
            }
        }
    }
}

extension PartnerFilter.Declared {
    /// An enum's value is a string in a JSON document of variables, so both kinds of schema get the same.
    fileprivate func write(_ learner: LearnerIdentifier, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member(value.name, learner.identifier)
            if let identifierType { writer.member(identifierType.name, learner.typeToken) }
        }
    }
}
