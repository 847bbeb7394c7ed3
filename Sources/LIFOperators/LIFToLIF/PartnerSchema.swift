import LIFGraphQL
import LIFJSON
import LIFModel

/// What can be asked of a partner, and how a query for one learner is written: by the partner's own schema, or, where it
/// does not show that, by our data model.
struct PartnerSchema: Sendable {
    /// Where the schema comes from.
    enum Origin: Sendable, Hashable {
        case introspection(IntrospectionQuery)
        /// The partner answers no introspection.
        case dataModel
    }

    let origin: Origin
    /// What it was made from, where the partner answers no introspection.
    let model: PersonModel?
    private let schema: GraphQLSchema
    private let query: GraphQLField
    private var filter: PartnerFilter
    private let person: GraphQLType
    private var selections: PartnerSelections
    /// What each of the person's fields is declared as.
    private let types: [String: GraphQLTypeReference]
    /// The names of the entities that can be asked for, in the schema's order.
    private(set) var entities: [String]
    /// Fields that the data model has and the partner has refused, each as the names that lead to it from the person.
    var leftOut: Set<[String]> { selections.leftOut }
    /// How the partner may write a field that the data model writes with an upper case letter, as older LIF APIs do: tried
    /// when the model's spelling was refused. The answer has the model's spelling, because the name is asked for as an alias.
    private var aliases: [[String]: String] = [:]
    /// Entities that the partner has, and of which the data model knows no field that could be asked for.
    private(set) var unknownInside: Set<String> = []

    /// - Throws: `OperatorException` with reason `invalid-answer` when it is not the schema of a LIF API.
    init(_ schema: GraphQLSchema, _ query: IntrospectionQuery = .full) throws(LIFError) {
        try self.init(schema, origin: .introspection(query), model: nil) { argument throws(LIFError) in
            try PartnerFilter(argument, of: schema)
        }
    }

    /// The schema that a partner with our data model has.
    init(_ model: PersonModel) throws(LIFError) {
        let schema: GraphQLSchema
        do {
            schema = try GraphQLSchema(model)
        } catch {
            throw LIFError.source(
                .sourceError,
                "The partner answers no introspection, and no query can be made from the configured data model.",
                cause: error)
        }
        try self.init(schema, origin: .dataModel, model: model) { _ in .stringVariables }
    }

    private init(
        _ schema: GraphQLSchema, origin: Origin, model: PersonModel?,
        filter: (GraphQLInputValue) throws(LIFError) -> PartnerFilter
    ) throws(LIFError) {
        guard let query = schema.queryType?.field(matching: "person"), let person = schema.type(of: query.type),
            case .object = person.kind
        else { throw Self.notLIF("a query field \"person\"") }
        guard let argument = query.argument("filter") else { throw Self.notLIF("an argument \"filter\" of \"person\"") }
        self.filter = try filter(argument)
        let builder = GraphQLSelectionBuilder(schema: schema)
        selections = PartnerSelections(builder, of: person.name)
        types = Dictionary(person.fields.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        // What nothing can be selected of (it needs arguments, or is an interface) cannot be asked for.
        entities = builder.selectableFields(of: person.name)
        self.schema = schema
        self.query = query
        self.person = person
        self.origin = origin
        self.model = model
    }

    static func notLIF(_ missing: String) -> LIFError {
        .source(
            .invalidAnswer,
            "The partner's GraphQL schema is not that of a LIF API: it lacks \(missing). Check the address.")
    }

    /// The name under which a query's answer has the person.
    var answerName: String { query.name }

    /// Whether a value of the entity is of the declared kind: not a scalar where the schema has a list or an object.
    func admits(_ value: RawJSON, as entity: String) -> Bool {
        guard origin != .dataModel, let declared = types[entity], let type = schema.type(of: declared), !value.isNull
        else { return true }
        if type.isLeaf { return !declared.isList || value.isArray }
        return value.isObject || value.isArray && value.elements.allSatisfy { $0.isObject || $0.isArray || $0.isNull }
    }

    /// Whether the data model that this was made from lists what an entity of the partner's has, so that it can be asked for.
    ///
    /// - Returns: `nil` when the partner shows its schema itself, or has refused the entity.
    func lists(_ entity: String, by names: PartnerNames) -> Bool? {
        guard let model else { return nil }
        if names.entity(entity, among: unknownInside.sorted()) != nil { return false }
        if names.entity(entity, among: entities) != nil { return true }
        return model[entity] == nil ? false : nil
    }

    /// Whether an entity has more fields than one query may name.
    func isTooLarge(_ entity: String) -> Bool {
        guard entities.contains(entity) else { return false }
        do {
            _ = try selections.selection(of: entity)
            return false
        } catch {
            return true
        }
    }

    /// Whether the query's form is a guess that a refusal puts in doubt.
    var isGuessed: Bool { if case .enumToken = filter { true } else { false } }

    /// Whether the partner can know learners by this type of identifier at all.
    func canName(_ learner: LearnerIdentifier) -> Bool { filter.canName(learner) }

    /// The body of a request for the entities, whole but for the fields left out.
    ///
    /// - Parameters:
    ///   - entities: Names as the partner writes them. None: only whether the partner knows the learner is asked.
    ///   - excluded: Fields, each as the names that lead to it from the person.
    func request(
        for learner: LearnerIdentifier, entities: [String], excluding excluded: Set<[String]> = []
    ) -> RawJSON {
        let words = words(of: entities, excluding: excluded).joined(separator: separator)
        var writer = JSONWriter(reservingCapacity: 4_096)
        writer.object { writer in
            writer.member("operationName", "LIF")
            writer.member(
                "query",
                "query LIF(\(filter.declaration)) { \(query.name)(filter: \(filter.argument(learner))) "
                    + "{\(separator)\(words)\(separator)} }")
            writer.name("variables")
            filter.writeVariables(learner, to: &writer)
        }
        return writer.raw
    }

    /// A query that may name what the partner does not have is written with a word a line: the errors' locations then show
    /// which fields they are about.
    private var separator: String { origin == .dataModel ? "\n" : " " }

    /// Names and braces, in their order.
    private func words(of entities: [String], excluding excluded: Set<[String]>) -> [String] {
        let fields = entities.compactMap { try? selections.selection(of: $0, excluding: excluded) }
        if fields.isEmpty { return ["__typename"] }
        let words = fields.flatMap { $0.split(separator: " ").map(String.init) }
        if aliases.isEmpty { return words }
        let paths = PartnerRefusal.paths(of: words)
        return words.enumerated().map { place, word in
            paths[place].flatMap { aliases[$0] }.map { "\(word): \($0)" } ?? word
        }
    }
}

/// Learning what a partner without introspection has.
extension PartnerSchema {
    /// The schema after the partner has refused a query that was made of it.
    ///
    /// - Parameters:
    ///   - errors: Of the partner's answer.
    ///   - entities: That were asked for.
    /// - Returns: `nil` when the errors name nothing that could be asked in another way.
    func after(_ errors: [RawJSON], entities: [String], excluding excluded: Set<[String]>) -> PartnerSchema? {
        guard origin == .dataModel else { return nil }
        let refusal = PartnerRefusal(errors, words: words(of: entities, excluding: excluded))
        if !refusal.fields.isEmpty { return without(refusal) }
        guard refusal.isAboutVariables, let next = filter.next else { return nil }
        var changed = self
        changed.filter = next
        return changed
    }

    private func without(_ refusal: PartnerRefusal) -> PartnerSchema {
        var changed = self
        var gone = refusal.fields
        for path in gone.subtracting(refusal.objects) where aliases[path] == nil {
            guard let name = path.last, let first = name.first, first.isUppercase else { continue }
            changed.aliases[path] = first.lowercased() + name.dropFirst()
            gone.remove(path)
        }
        changed.selections = selections.leavingOut(leftOut.union(gone))
        changed.unknownInside.formUnion(refusal.objects.compactMap { $0.count == 1 ? $0[0] : nil })
        let affected = Set(gone.compactMap(\.first))
        changed.entities.removeAll { entity in
            affected.contains(entity) && (try? changed.selections.selection(of: entity)) == nil
        }
        return changed
    }
}
