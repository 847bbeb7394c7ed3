import LIFJSON
import LIFModel

/// Reads the array of records that a LIF Cache answers. Pure.
enum LIFCacheAnswer {
    /// A record belongs to the learner that its `Identifier` names. A learner with several records is left out: they could
    /// be two persons'. A record that is none, or someone else's, is passed over.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable` for what is no array of records, and when nothing but such records came:
    ///   that must not be taken for empty.
    static func records(
        _ answer: RawJSON, of learners: [LearnerIdentifier]
    ) throws(LIFError) -> [LearnerIdentifier: LIFRecord] {
        guard answer.isArray else { throw LIFCacheProblem.invalid("it is no array of records") }
        let asked = Set(learners)
        var records: [LearnerIdentifier: LIFRecord] = [:]
        var ambiguous: Set<LearnerIdentifier> = []
        var problem: LIFError?
        for record in answer.elements {
            do throws(LIFError) {
                guard let person = try person(of: record) else { continue }
                let names = identifiers(of: person).filter(asked.contains)
                guard !names.isEmpty else {
                    throw LIFCacheProblem.invalid("a record does not name a learner who was asked for")
                }
                for learner in names
                where records.updateValue(LIFRecord(person: person), forKey: learner) != nil {
                    ambiguous.insert(learner)
                }
            } catch {
                problem = problem ?? error
            }
        }
        if !ambiguous.isEmpty {
            problem = problem ?? LIFCacheProblem.invalid("there are several records of one learner")
            for learner in ambiguous { records[learner] = nil }
        }
        if records.isEmpty, let problem { throw problem }
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
