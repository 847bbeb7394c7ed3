import LIFJSON
import LIFModel

/// What a partner's LIF API answered to a query for one learner, sorted by what is to be done about it.
///
/// A LIF API reports every error with HTTP 200 and `errors`. Their messages are read only to tell their class, and are
/// never repeated: they may hold a learner's values.
enum PartnerAnswer {
    /// The learner's data under the selected fields.
    case person(RawJSON)
    /// The partner holds nobody under that identifier.
    case unknownLearner
    /// The partner's data breaks its own schema: a field that may not be null is. Executors then give `null` for the
    /// object around it, so data is missing from `person` (all of it, when that is `nil`) that a query without the
    /// `culprits` would get.
    case incomplete(person: RawJSON?, culprits: Set<[String]>)
    /// The query does not fit the partner's schema: it was refused before it ran.
    case refusedQuery

    /// - Parameters:
    ///   - body: The body of an answer with HTTP 200.
    ///   - field: The query's only field; of several members of that name the last counts.
    /// - Throws: `OperatorException`, `invalid-answer` when the body is not a GraphQL answer, `source-error` when the
    ///   partner failed while it ran the query; `CancellationError`.
    init(_ body: RawJSON, field: String) throws {
        let errors = body["errors"]?.elements ?? []
        let data = body["data"] ?? .null
        // The query has one field, so the answer has one member, unless something went wrong.
        guard let person = data[field] ?? (errors.isEmpty ? nil : .null) else {
            throw LIFError.source(.invalidAnswer, "The partner's answer is not one that a GraphQL service gives.")
        }
        if errors.isEmpty {
            self = try Self.complete(person)
            return
        }
        var paths = PartnerErrorPaths()
        for error in errors {
            try Task.checkCancellation()
            guard let path = error["path"]?.elements, !path.isEmpty else {
                self = .refusedQuery
                return
            }
            guard Self.breaksSchema(error["message"]?.string ?? "") else {
                throw LIFError.source(
                    .sourceError, "The partner's LIF API failed while it answered the query.", isRetryable: true)
            }
            try paths.insert(path)
        }
        let culprits = try paths.lost(in: data)
        // Without a whole entity there is nothing left to ask for: that is no answer to what was asked.
        guard culprits.allSatisfy({ $0.count > 1 }) else {
            throw LIFError.source(
                .sourceError, "The partner's data does not fit the partner's own schema, so it cannot be fetched.")
        }
        if culprits.isEmpty {
            self = try Self.complete(person)
        } else {
            self = .incomplete(person: try Self.first(person), culprits: culprits)
        }
    }

    private static func complete(_ person: RawJSON) throws(LIFError) -> PartnerAnswer {
        try first(person).map { .person($0) } ?? .unknownLearner
    }

    /// A LIF API gives an array. When a partner holds several persons under one identifier, the first counts, as it does
    /// for deployed clients: joining them could merge two people.
    private static func first(_ person: RawJSON) throws(LIFError) -> RawJSON? {
        let first = person.isArray ? person.elements.first { !$0.isNull } : person
        guard let first, !first.isNull else { return nil }
        guard first.isObject else {
            throw LIFError.source(.invalidAnswer, "The partner's answer holds something else than a person.")
        }
        return first
    }

    /// Whether the error says that data does not fit its declared type: null where it may not be, or a value that the
    /// type cannot write (words of graphql-js and those after it, and of graphql-java). Both happen again with the same
    /// data.
    private static func breaksSchema(_ message: String) -> Bool {
        let start = message.prefix(4_096)
        return [
            "Cannot return null for non-null", "wrongly returned a null value", "cannot represent",
            "Can't serialize value",
        ]
        .contains { start.contains($0) }
    }
}
