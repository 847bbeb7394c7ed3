import LIFJSON
import LIFModel

/// Reads the array of records that a LIF Cache answers. Pure.
enum LIFCacheAnswer {
    /// The records with somebody in them. One that is no record is left out.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable` for what is no array of records, and when nothing but what is no record
    ///   came: that must not be taken for empty.
    static func records(_ answer: RawJSON) throws(LIFError) -> [LIFRecord] {
        guard answer.isArray else { throw LIFCacheProblem.invalid("it is no array of records") }
        var records: [LIFRecord] = []
        var problem: LIFError?
        for record in answer.elements {
            do throws(LIFError) {
                if let person = try person(of: record) { records.append(LIFRecord(person: person)) }
            } catch {
                problem = problem ?? error
            }
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
}
