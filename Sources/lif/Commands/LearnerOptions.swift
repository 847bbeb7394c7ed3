import ArgumentParser
import LIFModel
import LIFQueryPlanner

/// Which learners, and which fields: a JSONPath, or options.
struct LearnerOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The query as JSONPath (RFC 9535), in quotes, instead of --learner and --fields.",
            discussion: """
                Such as '$.Person[?@.Identifier[?@.identifier=="100001" && \
                @.identifierType=="SCHOOL_ASSIGNED_NUMBER"]].Name'; several learners are joined with ||.
                """,
            valueName: "jsonpath"))
    var jsonPath: String?

    @Option(
        name: .customLong("learner"), parsing: .singleValue,
        help: "A learner, as TYPE:IDENTIFIER, such as SCHOOL_ASSIGNED_NUMBER:100001. Repeat it for several.")
    var learners: [String] = []

    @Option(name: .long, help: "The fields, such as Person.Name,Person.CredentialAward. Default: the entire record.")
    var fields: String?

    func validate() throws {
        if jsonPath == nil && learners.isEmpty {
            throw ValidationError("Name a learner: --learner TYPE:IDENTIFIER, or the query as JSONPath.")
        }
        if jsonPath != nil && (!learners.isEmpty || fields != nil) {
            throw ValidationError("Give either a JSONPath or --learner with --fields, not both.")
        }
    }

    /// - Throws: `LIFError` `QueryNotValid`, or `NotSupportedYet` for a JSONPath that this version does not answer.
    func query() throws -> LIFQuery {
        if let jsonPath { return try LIFQuery(jsonPath: jsonPath) }
        let identifiers = try learners.map(Self.identifier)
        let fields = (fields ?? "").split(separator: ",").map { field in
            String(field.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
        return LIFQuery(learners: identifiers, selectedFields: fields)
    }

    static func identifier(_ text: String) throws -> LearnerIdentifier {
        guard let colon = text.firstIndex(of: ":") else {
            throw LIFError(
                .queryNotValid, "--learner must be TYPE:IDENTIFIER, such as SCHOOL_ASSIGNED_NUMBER:100001.")
        }
        return try LearnerIdentifier(
            validating: String(text[text.index(after: colon)...]), identifierType: String(text[..<colon]),
            code: .queryNotValid)
    }
}
