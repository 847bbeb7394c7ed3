import LIFJSON
import LIFModel

/// Reads the array of records that a LIF Cache answers. Pure.
enum LIFCacheAnswer {
    /// A record belongs to the learner that its `Identifier` names. Several records of a learner are refused: they could be
    /// two persons'.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable` for what is no array of records, and for a record of someone else.
    static func records(
        _ answer: RawJSON, of learners: [LearnerIdentifier]
    ) throws(LIFError) -> [LearnerIdentifier: LIFRecord] {
        guard answer.isArray else { throw LIFCacheProblem.invalid("it is no array of records") }
        let asked = Set(learners)
        var records: [LearnerIdentifier: LIFRecord] = [:]
        for record in answer.elements {
            guard let person = try person(of: record) else { continue }
            let names = identifiers(of: person).filter(asked.contains)
            guard !names.isEmpty else {
                throw LIFCacheProblem.invalid("a record does not name a learner who was asked for")
            }
            for learner in names {
                guard records.updateValue(LIFRecord(person: person), forKey: learner) == nil else {
                    throw LIFCacheProblem.invalid("there are several records of one learner")
                }
            }
        }
        return records
    }

    /// - Returns: `nil` for a record with nobody in it.
    private static func person(of record: RawJSON) throws(LIFError) -> RawJSON? {
        guard let root = record.member(named: "Person"), root.isObject || root.isArray else {
            throw LIFCacheProblem.invalid("a record has no object or array under \"Person\"")
        }
        let persons = root.isArray ? root.elements : [root]
        guard persons.count <= 1, persons.allSatisfy(\.isObject) else {
            throw LIFCacheProblem.invalid("a record does not hold one person")
        }
        return persons.first
    }

    private static func identifiers(of person: RawJSON) -> Set<LearnerIdentifier> {
        guard let member = person.member(named: "Identifier") else { return [] }
        let entries = member.isArray ? member.elements : [member]
        return Set(
            entries.compactMap { entry in
                guard let identifier = entry["identifier"]?.string, let type = entry["identifierType"]?.string else {
                    return nil
                }
                return LearnerIdentifier(identifier: identifier, identifierType: type)
            })
    }
}
