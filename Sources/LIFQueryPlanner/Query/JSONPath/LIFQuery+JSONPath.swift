import JSONPath
public import LIFJSON
public import LIFModel

extension LIFQuery {
    /// How many learners a query in the JSONPath form may name.
    public static let maximumJSONPathLearners = 10_000

    /// Reads the body of `POST /query`: the filter form, or `{"query":"<JSONPath>"}` with nothing beside it. A member that
    /// is `null` is absent.
    ///
    /// - Throws: `LIFError` as `init(json:)` and `init(jsonPath:)` do.
    public init(document: JSONValue) throws(LIFError) {
        guard Self.isJSONPath(document), let root = document.object, let query = root["query"] else {
            try self.init(json: document)
            return
        }
        guard root.members.filter({ $0.name == "query" || !$0.value.isNull }).count == 1 else {
            throw LIFError(
                .queryNotValid, "\"query\" must be the only member: the JSONPath names the learners and the fields.",
                isShapeError: true)
        }
        guard let text = query.string else {
            throw .shape(.queryNotValid, "\"query\"", is: query, should: "a string with a JSONPath")
        }
        try self.init(jsonPath: text)
    }

    /// Whether a document is of the JSONPath form. A `query` that is `null` beside a `filter` is a member of the filter form
    /// that nobody has set.
    public static func isJSONPath(_ document: JSONValue) -> Bool {
        guard let root = document.object, let query = root["query"] else { return false }
        return !query.isNull || (root["filter"] ?? .null).isNull
    }

    /// Reads a query in the JSONPath form (RFC 9535):
    /// `$.Person[?@.Identifier[?@.identifier=='…' && @.identifierType=='…']].CredentialAward`.
    ///
    /// The filter after `Person` names the learners; several are joined with `||`. What follows it are the fields:
    /// nothing or `.*` for the entire record, names (`['Name','Contact']` for several), and `[*]` between names. Names
    /// compare as `LIFName` does.
    ///
    /// - Throws: `LIFError` `QueryNotValid`: malformed, or no learner; `NotSupportedYet`: a query that this version does
    ///   not answer. Both say the position and never repeat what was written there.
    public init(jsonPath text: String) throws(LIFError) {
        let query: JSONPathQuery
        do {
            // The length fits the greatest number of learners, with identifiers that are a few times as long as usual.
            query = try JSONPathQuery(text, limits: JSONPathLimits(maximumLength: 4 << 20))
        } catch {
            throw LIFError(.queryNotValid, "The query is not a valid JSONPath (RFC 9535): \(error).", cause: error)
        }
        let faults = JSONPathFaults(text: text)
        guard let root = query.segments.first, let name = root.name, LIFName.matches(name, "Person") else {
            throw faults.error(
                .queryNotValid, at: query.segments.first?.offset ?? 1,
                "The query must start with $.Person: records of other roots are not served.")
        }
        var filter = LearnerFilter(faults: faults)
        let learners = try filter.learners(namedBy: query.segments.dropFirst().first, after: root)
        let fields = try JSONPathFields(faults: faults).fields(query.segments.dropFirst(2))
        self.init(learners: learners, selectedFields: fields)
    }
}
