public import LIFJSON
public import LIFModel

/// The filter form, as deployed callers send it: with members that are `null` because nobody set them, and with members
/// of their own.
extension LIFQuery {
    /// Reads the filter form: `{"filter":{"Person":{"Identifier":{…}}},"selected_fields":[…]}`.
    ///
    /// A member that is `null` is absent. Members of the document that are not known are ignored (`QueryMembers`).
    ///
    /// - Throws: `LIFError` `QueryNotValid`, with the place in the document; `NotSupportedYet` for a form that this
    ///   version does not answer.
    public init(json: JSONValue) throws(LIFError) {
        guard let root = json.object else {
            throw Self.shape("the query", is: json, should: "an object with \"filter\" and \"selected_fields\"")
        }
        if root.has("query") {
            throw LIFError(
                .notSupportedYet, "The JSONPath form of a query is not answered by this version. Use \"filter\".")
        }
        if root.has("updatePerson") {
            throw LIFError(.notSupportedYet, "Write queries are not answered here. Send them to POST /update.")
        }
        try QueryMembers.check(root)
        self.init(learners: try Self.learners(root["filter"]), selectedFields: try Self.fields(root["selected_fields"]))
    }

    /// The query in the filter form, as `init(json:)` reads it.
    public var json: RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("filter")
            writer.object { writer in
                writer.name("Person")
                writer.object { writer in
                    writer.name("Identifier")
                    writer.array { writer in
                        for learner in learners { writer.value(learner) }
                    }
                }
            }
            writer.name("selected_fields")
            writer.array { writer in
                for field in selectedFields { writer.value(field) }
            }
        }
        return writer.raw
    }

    private static func learners(_ filter: JSONValue?) throws(LIFError) -> [LearnerIdentifier] {
        guard let object = filter?.object else {
            throw shape("\"filter\"", is: filter, should: "an object with \"Person\"")
        }
        let roots = object.members.filter(\.isAsked).map(\.name)
        let rest = object.members.filter { !$0.value.isNull }.map(\.name)
        guard roots.count <= 1, let root = LIFName.find("Person", among: roots.isEmpty ? rest : roots) else {
            throw LIFError(
                .queryNotValid,
                "\"filter\" must hold \"Person\" and nothing else: records of other roots are not served.",
                isShapeError: true)
        }
        guard let person = object[root]?.object else {
            throw shape("\"filter.Person\"", is: object[root], should: "an object with \"Identifier\"")
        }
        let names = person.members.filter(\.isAsked).map(\.name)
        let name = LIFName.find("Identifier", among: names)
        if names.contains(where: { $0 != name }) {
            throw LIFError(
                .notSupportedYet,
                "Queries by other attributes than \"Identifier\" (parametric queries) are not answered by this version."
            )
        }
        guard let name = name ?? LIFName.find("Identifier", among: person.names) else {
            throw LIFError(
                .queryNotValid, "\"filter.Person\" names no learner: it needs \"Identifier\".", isShapeError: true)
        }
        let entries: [JSONValue]
        switch person[name] {
        case .array(let elements): entries = elements
        case .object(let object): entries = [.object(object)]
        case let other:
            throw shape("\"filter.Person.Identifier\"", is: other, should: "an object or an array of objects")
        }
        if entries.isEmpty {
            throw LIFError(.queryNotValid, "\"filter.Person.Identifier\" is an empty array: name at least one learner.")
        }
        var learners: [LearnerIdentifier] = []
        for (index, entry) in entries.enumerated() {
            learners.append(
                try LearnerIdentifier(json: entry, at: "filter.Person.Identifier[\(index)]", code: .queryNotValid))
        }
        return learners
    }

    private static func fields(_ value: JSONValue?) throws(LIFError) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let elements = value.array else {
            throw shape("\"selected_fields\"", is: value, should: "an array of strings")
        }
        var fields: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else {
                throw shape("\"selected_fields[\(index)]\"", is: element, should: "a string")
            }
            fields.append(text)
        }
        return TypeNameFields.removed(from: fields)
    }

    private static func shape(_ what: String, is value: JSONValue?, should: String) -> LIFError {
        .shape(.queryNotValid, what, is: value, should: should)
    }
}

extension JSONObject {
    /// Whether there is such a member; `null` is none.
    func has(_ name: String) -> Bool { !(self[name] ?? .null).isNull }
}

extension JSONObject.Member {
    /// Whether a filter with this member filters by it. GraphQL's `__typename` is no attribute of a record.
    fileprivate var isAsked: Bool { name != TypeNameFields.name && value.namesSomething }
}

extension JSONValue {
    /// Whether a filter with this at some place filters by anything: not where it holds nothing but `null`s, empty objects
    /// and arrays, which deployed LIF APIs send for what nobody has filled in, and `__typename`.
    public var namesSomething: Bool {
        switch self {
        case .null: false
        case .array(let elements): elements.contains(where: \.namesSomething)
        case .object(let object): object.members.contains(where: \.isAsked)
        default: true
        }
    }
}
