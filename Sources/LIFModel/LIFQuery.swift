public import LIFJSON

/// A LIF read query as it was asked (Query Planner seed, "LIF Query"): which learners, and which fields of them.
public struct LIFQuery: Sendable, Hashable {
    public let learners: [LearnerIdentifier]
    /// As written; empty for the entire available record.
    public let selectedFields: [String]

    public init(learners: [LearnerIdentifier], selectedFields: [String]) {
        self.learners = learners
        self.selectedFields = selectedFields
    }

    /// Reads the filter form: `{"filter":{"Person":{"Identifier":{…}}},"selected_fields":[…]}`.
    ///
    /// - Throws: `LIFError` `QueryNotValid`, with the place in the document; `NotSupportedYet` for a form that this
    ///   version does not answer.
    public init(json: JSONValue) throws(LIFError) {
        guard let root = json.object else {
            throw Self.shape("the query", is: json, should: "an object with \"filter\" and \"selected_fields\"")
        }
        if root["query"] != nil {
            throw LIFError(
                .notSupportedYet, "The JSONPath form of a query is not answered by this version. Use \"filter\".")
        }
        if root["updatePerson"] != nil {
            throw LIFError(.notSupportedYet, "Write queries are not answered by this version.")
        }
        for name in root.names where !["filter", "selected_fields"].contains(name) {
            throw LIFError(
                .queryNotValid,
                "The query has a member that is not known. Allowed are \"filter\" and \"selected_fields\".",
                isShapeError: true)
        }
        self.init(learners: try Self.learners(root["filter"]), selectedFields: try Self.fields(root["selected_fields"]))
    }

    private static func learners(_ filter: JSONValue?) throws(LIFError) -> [LearnerIdentifier] {
        guard let members = filter?.object?.members else {
            throw shape("\"filter\"", is: filter, should: "an object with \"Person\"")
        }
        guard members.count == 1, LIFName.matches(members[0].name, "Person") else {
            throw LIFError(
                .queryNotValid,
                "\"filter\" must hold \"Person\" and nothing else: records of other roots are not served.",
                isShapeError: true)
        }
        guard let person = members[0].value.object else {
            throw shape("\"filter.Person\"", is: members[0].value, should: "an object with \"Identifier\"")
        }
        let name = LIFName.find("Identifier", among: person.names)
        if person.names.contains(where: { $0 != name }) {
            throw LIFError(
                .notSupportedYet,
                "Queries by other attributes than \"Identifier\" (parametric queries) are not answered by this version."
            )
        }
        guard let name else {
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
        return fields
    }

    private static func shape(_ what: String, is value: JSONValue?, should: String) -> LIFError {
        .shape(.queryNotValid, what, is: value, should: should)
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
}

extension LIFError {
    /// A document that is JSON but not of the shape that a contract asks for.
    public static func shape(
        _ code: Code, _ what: String, is value: JSONValue?, should: String
    ) -> LIFError {
        let found = value.map { "is \($0.kindDescription)" } ?? "is missing"
        return LIFError(code, "\(what) \(found); it must be \(should).", isShapeError: true)
    }
}

extension LearnerIdentifier {
    /// Reads `{"identifier":…,"identifierType":…}`.
    ///
    /// - Throws: `LIFError` with the code given and the place in the document.
    public init(json: JSONValue, at place: String, code: LIFError.Code) throws(LIFError) {
        guard let object = json.object else {
            throw .shape(
                code, "\"\(place)\"", is: json, should: "an object with \"identifier\" and \"identifierType\"")
        }
        guard let identifier = object["identifier"]?.string else {
            throw .shape(code, "\"\(place).identifier\"", is: object["identifier"], should: "a string")
        }
        guard let type = object["identifierType"]?.string else {
            throw .shape(code, "\"\(place).identifierType\"", is: object["identifierType"], should: "a string")
        }
        try self.init(validating: identifier, identifierType: type, code: code)
    }
}

extension JSONWriter {
    public mutating func value(_ learner: LearnerIdentifier) {
        object { writer in
            writer.member("identifier", learner.identifier)
            writer.member("identifierType", learner.identifierType)
        }
    }
}
