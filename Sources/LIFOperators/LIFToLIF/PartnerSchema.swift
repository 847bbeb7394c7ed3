import LIFGraphQL
import LIFJSON
import LIFModel

/// What a partner's schema says about asking for one learner.
struct PartnerSchema: Sendable {
    private let schema: GraphQLSchema
    private let query: GraphQLField
    private let filter: GraphQLInputValue
    private let identifier: GraphQLInputValue
    private let identifierValue: GraphQLInputValue
    private let identifierType: GraphQLInputValue?
    private let person: GraphQLType
    private let builder: GraphQLSelectionBuilder
    /// The whole selection of each entity, by its name.
    private let selections: [String: String]
    /// What each of the person's fields is declared as.
    private let types: [String: GraphQLTypeReference]
    /// The names of the entities that can be asked for, in the schema's order.
    let entities: [String]

    /// - Throws: `OperatorException` with reason `invalid-answer` when it is not the schema of a LIF API.
    init(_ schema: GraphQLSchema) throws(LIFError) {
        guard let query = schema.queryType?.field(matching: "person"), let person = schema.type(of: query.type),
            case .object = person.kind
        else { throw Self.notLIF("a query field \"person\"") }
        guard let filter = query.argument("filter") else { throw Self.notLIF("an argument \"filter\" of \"person\"") }
        guard let identifier = Self.input("Identifier", of: filter, in: schema),
            let value = Self.input("identifier", of: identifier, in: schema)
        else { throw Self.notLIF("a filter by \"Identifier\"") }
        let builder = GraphQLSelectionBuilder(schema: schema)
        var selections: [String: String] = [:]
        // What nothing can be selected of (it needs arguments, or is an interface) cannot be asked for.
        for field in person.fields { selections[field.name] = try? builder.selection(of: field.name, on: person.name) }
        self.selections = selections
        types = Dictionary(person.fields.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        entities = person.fields.map(\.name).filter { selections[$0] != nil }
        self.builder = builder
        self.schema = schema
        self.query = query
        self.person = person
        self.filter = filter
        self.identifier = identifier
        identifierValue = value
        identifierType = Self.input("identifierType", of: identifier, in: schema)
    }

    private static func input(
        _ name: String, of owner: GraphQLInputValue, in schema: GraphQLSchema
    ) -> GraphQLInputValue? {
        let fields = schema.type(of: owner.type)?.inputFields ?? []
        return LIFName.find(name, among: fields.lazy.map(\.name)).flatMap { found in fields.first { $0.name == found } }
    }

    private static func notLIF(_ missing: String) -> LIFError {
        .source(
            .invalidAnswer,
            "The partner's GraphQL schema is not that of a LIF API: it lacks \(missing). Check the address.")
    }

    /// The partner's own name for what stands at the path; `nil` when its schema has nothing there.
    func entity(at path: FragmentPath) -> String? { LIFName.find(path.entity, among: entities) }

    /// The name under which a query's answer has the person.
    var answerName: String { query.name }

    /// Whether a value of the entity is of the declared kind: not a scalar where the schema has a list or an object.
    func admits(_ value: RawJSON, as entity: String) -> Bool {
        guard let declared = types[entity], let type = schema.type(of: declared), !value.isNull else { return true }
        if type.isLeaf { return !declared.isList || value.isArray }
        return value.isObject || value.isArray && value.elements.allSatisfy { $0.isObject || $0.isArray || $0.isNull }
    }

    /// Whether the partner can know learners by this type of identifier at all: one whose schema lists the types knows
    /// no others.
    func canName(_ learner: LearnerIdentifier) -> Bool {
        guard let type = identifierType.flatMap({ schema.type(of: $0.type) }), !type.enumValues.isEmpty else {
            return true
        }
        return type.enumValues.contains { $0.name == learner.typeToken }
    }

    /// The body of a request for the entities, whole but for the fields left out.
    ///
    /// The only type it names is that of the filter, because a partner may not know even the built-in scalars.
    ///
    /// - Parameters:
    ///   - entities: Names as the partner writes them. None: only whether the partner knows the learner is asked.
    ///   - excluded: Fields, each as the names that lead to it from the person.
    func request(
        for learner: LearnerIdentifier, entities: [String], excluding excluded: Set<[String]> = []
    ) -> RawJSON {
        let selection = selection(of: entities, excluding: excluded)
        var writer = JSONWriter(reservingCapacity: 4_096)
        writer.object { writer in
            writer.member("operationName", "LIF")
            writer.member(
                "query", "query LIF($filter: \(filter.type)) { \(query.name)(filter: $filter) \(selection) }")
            writer.name("variables")
            writer.object { writer in
                writer.name("filter")
                writer.object { writer in
                    writer.name(identifier.name)
                    if identifier.type.isList {
                        writer.array { write(learner, to: &$0) }
                    } else {
                        write(learner, to: &writer)
                    }
                }
            }
        }
        return writer.raw
    }

    private func selection(of entities: [String], excluding excluded: Set<[String]>) -> String {
        let affected = Set(excluded.compactMap(\.first))
        let fields = entities.compactMap { entity in
            affected.contains(entity)
                ? try? builder.selection(of: entity, on: person.name, excluding: excluded) : selections[entity]
        }
        return "{ \(fields.isEmpty ? "__typename" : fields.joined(separator: " ")) }"
    }

    /// An enum's value is a string in a JSON document of variables, so both kinds of schema get the same.
    private func write(_ learner: LearnerIdentifier, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member(identifierValue.name, learner.identifier)
            if let identifierType { writer.member(identifierType.name, learner.typeToken) }
        }
    }
}
