import LIFJSON
import LIFModel

/// What a partner's LIF API answered to a query for one learner, sorted by what is to be done about it.
///
/// A LIF API reports every error with HTTP 200 and `errors`. Their messages are read only to find their class, and are
/// never repeated: they may hold a learner's values.
enum PartnerAnswer {
    /// The learner's data under the selected fields.
    case person(RawJSON)
    /// The partner holds nobody under that identifier.
    case unknownLearner
    case incomplete(Incomplete)
    /// The query was refused before it ran, for these errors.
    case refusedQuery([RawJSON])

    /// An answer whose errors show that something is missing.
    struct Incomplete {
        /// All of it is missing when this is `nil`.
        var person: RawJSON?
        /// Fields in which the partner's data breaks its own schema. Executors give `null` for the object around such a
        /// field, so that data is missing which a query without the field would get.
        var culprits: Set<[String]> = []
        /// Entities that this answer does not have, or not wholly, by the partner's names.
        var faults: [String: EntityFault] = [:]
        /// Entities in which a value could not be written. What is left of such an entity is its data; where nothing is, it
        /// is not to be had.
        var damaged: Set<String> = []
    }

    /// - Parameters:
    ///   - body: The body of a GraphQL answer.
    ///   - field: The query's only field; of several members of that name the last counts.
    /// - Throws: `OperatorException`, `invalid-answer` when the body is not a GraphQL answer, `source-error` when the
    ///   partner failed for all that was asked; `CancellationError`.
    init(_ body: RawJSON, field: String) throws {
        let told = body["errors"] ?? .null
        // Not all services write a list.
        let errors = told.isNull ? [] : told.isArray ? told.elements : [told]
        let data = body["data"] ?? .null
        // The query has one field, so the answer has one member, unless something went wrong.
        guard let person = data[field] ?? (errors.isEmpty ? nil : .null) else {
            throw LIFError.source(.invalidAnswer, "The partner's answer is not one that a GraphQL service gives.")
        }
        let first = try Self.first(person)
        if errors.isEmpty {
            self = first.map { .person($0.value) } ?? .unknownLearner
            return
        }
        let located = try errors.map { error in
            try Task.checkCancellation()
            return LocatedError(error)
        }
        guard located.allSatisfy({ !$0.path.isEmpty }) else {
            // An error that names no place in the data may concern any of it, so none can be trusted to be whole. Where the
            // answer has the field, the query ran, and was not refused.
            if data[field] != nil { throw EntityFault.failed.error }
            self = .refusedQuery(errors)
            return
        }
        let incomplete = try Self.incomplete(located, data: data, first: first)
        let isWhole = incomplete.culprits.isEmpty && incomplete.faults.isEmpty && incomplete.damaged.isEmpty
        if isWhole, let person = incomplete.person {
            self = .person(person)
        } else {
            self = .incomplete(incomplete)
        }
    }

    private static func incomplete(
        _ errors: [LocatedError], data: RawJSON, first: (index: Int, value: RawJSON)?
    ) throws -> Incomplete {
        var result = Incomplete(person: first?.value)
        var paths = PartnerErrorPaths()
        for error in errors {
            try Task.checkCancellation()
            let steps = try PartnerErrorPaths.steps(error.path)
            let fault: EntityFault = breaksSchema(error.message) ? .broken : .failed
            if let first, let index = steps.index, index != first.index {
                // Of several persons under one identifier those after the first do not matter.
                if index > first.index { continue }
                throw fault.error
            }
            guard let entity = steps.entity else { throw fault.error }
            // A broken field below an entity can be left out of the next query; a failure can be anywhere.
            if fault == .broken, !steps.endsAtEntity {
                paths.insert(steps)
                result.damaged.insert(entity)
            } else if result.faults[entity] != .failed {
                result.faults[entity] = fault
            }
        }
        result.culprits = try paths.lost(in: data).filter { $0.first.map { result.faults[$0] == nil } ?? false }
        if result.person == nil, result.culprits.isEmpty, result.faults.isEmpty { throw EntityFault.failed.error }
        return result
    }

    /// What is read of an error. Its members are looked at once, since there may be very many errors.
    private struct LocatedError {
        var path: [RawJSON] = []
        var message = ""

        init(_ error: RawJSON) {
            for member in error.members {
                switch member.name {
                case "path": path = member.value.elements
                case "message": message = member.value.string ?? ""
                default: break
                }
            }
        }
    }

    /// A LIF API gives an array. When a partner holds several persons under one identifier, the first counts, as it does
    /// for deployed clients: joining them could merge two people.
    private static func first(_ person: RawJSON) throws(LIFError) -> (index: Int, value: RawJSON)? {
        let persons = person.isArray ? person.elements : [person]
        guard let index = persons.firstIndex(where: { !$0.isNull }) else { return nil }
        guard persons[index].isObject else {
            throw LIFError.source(.invalidAnswer, "The partner's answer holds something else than a person.")
        }
        return (index, persons[index])
    }

    /// Whether the error says that data does not fit its declared type: null where it may not be, or a value that the
    /// type cannot write (words of graphql-js and those after it, and of graphql-java). Both happen again with the same
    /// data.
    private static func breaksSchema(_ message: String) -> Bool {
        let start = Array(message.utf8.prefix(4_096))
        return signsOfBrokenData.contains { start.contains(bytes: $0) }
    }

    private static let signsOfBrokenData = [
        "Cannot return null for non-null", "wrongly returned a null value", "cannot represent",
        "Can't serialize value",
    ]
    .map { Array($0.utf8) }
}

extension [UInt8] {
    /// Bytes are compared, since there may be very many errors, and comparing characters takes a hundred times as long.
    fileprivate func contains(bytes other: [UInt8]) -> Bool {
        guard let first = other.first, count >= other.count else { return false }
        return withUnsafeBufferPointer { bytes in
            (0...bytes.count - other.count).contains { start in
                bytes[start] == first && bytes[start..<(start + other.count)].elementsEqual(other)
            }
        }
    }
}

/// Why an entity of a partner is not to be had.
enum EntityFault: Hashable {
    /// The partner failed while it ran the query; that may pass.
    case failed
    /// The partner's data breaks the partner's own schema, and does so again with the same data.
    case broken

    var error: LIFError {
        switch self {
        case .failed:
            .source(.sourceError, "The partner's LIF API failed while it answered the query.", isRetryable: true)
        case .broken:
            .source(
                .sourceError, "The partner's data does not fit the partner's own schema, so it cannot be fetched.",
                isAboutRequest: true)
        }
    }
}
