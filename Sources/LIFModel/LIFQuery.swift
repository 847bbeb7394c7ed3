public import LIFJSON

/// A LIF read query as it was asked (Query Planner seed, "LIF Query"): which learners, and which fields of them.
public struct LIFQuery: Sendable, Hashable {
    /// The learners asked about, in the order asked; duplicates are not removed yet.
    public let learners: [LearnerIdentifier]
    /// As written; empty for the entire available record.
    public let selectedFields: [String]

    /// A query as its reader found it; nothing is checked until it becomes a ``CanonicalQuery``.
    public init(learners: [LearnerIdentifier], selectedFields: [String]) {
        self.learners = learners
        self.selectedFields = selectedFields
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
    /// Writes a learner as `{"identifier":…,"identifierType":…}`, the type as it was spelled.
    public mutating func value(_ learner: LearnerIdentifier) {
        object { writer in
            writer.member("identifier", learner.identifier)
            writer.member("identifierType", learner.identifierType)
        }
    }
}
