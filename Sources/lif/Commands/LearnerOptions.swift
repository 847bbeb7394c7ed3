import ArgumentParser
import LIFModel

/// Which learner, and which fields.
struct LearnerOptions: ParsableArguments {
    @Option(name: .long, help: "The learner, as TYPE:IDENTIFIER, such as SCHOOL_ASSIGNED_NUMBER:100001.")
    var learner: String

    @Option(name: .long, help: "The fields, such as Person.Name,Person.CredentialAward. Default: the entire record.")
    var fields: String?

    /// - Throws: `LIFError` `QueryNotValid`.
    func query() throws -> LIFQuery {
        guard let colon = learner.firstIndex(of: ":") else {
            throw LIFError(
                .queryNotValid, "--learner must be TYPE:IDENTIFIER, such as SCHOOL_ASSIGNED_NUMBER:100001.")
        }
        let identifier = try LearnerIdentifier(
            validating: String(learner[learner.index(after: colon)...]), identifierType: String(learner[..<colon]),
            code: .queryNotValid)
        let fields = (fields ?? "").split(separator: ",").map { field in
            String(field.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
        return LIFQuery(learners: [identifier], selectedFields: fields)
    }
}
