import LIFJSON
import LIFModel

/// What has been learned of one learner from a partner's answers, and what is to be asked next. Pure.
///
/// An executor names one field of an object at a time in which the partner's data breaks its own schema. The query is
/// asked again without such fields, and without entities that cost the whole person, a limited number of times. What
/// cannot be had then is a fault of its entity alone.
struct PartnerConversation {
    enum Step {
        /// Ask again, without what is `excluded`.
        case ask
        /// `nil`: the partner knows no such learner.
        case done(RawJSON?)
    }

    static let maximumRequests = 6

    /// Entities asked for, by the partner's names.
    let entities: [String]
    /// What the next query leaves out, each as the names that lead to it from the person.
    private(set) var excluded: Set<[String]> = []
    private(set) var faults: [String: EntityFault] = [:]
    /// Of these only what is left is data; see `PartnerAnswer.Incomplete`.
    private(set) var damaged: Set<String> = []
    private var soFar: RawJSON?
    private var requests = 0

    init(entities: [String]) { self.entities = entities }

    /// - Throws: `OperatorException` when nothing of what was asked can be had; `CancellationError`.
    mutating func take(_ answer: PartnerAnswer) throws -> Step {
        requests += 1
        switch answer {
        case .refusedQuery: throw EntityFault.failed.error
        case .unknownLearner: return .done(nil)
        case .person(let person): return .done(try joined(person))
        case .incomplete(let incomplete): return try take(incomplete)
        }
    }

    private mutating func take(_ incomplete: PartnerAnswer.Incomplete) throws -> Step {
        let told = incomplete.damaged.union(incomplete.faults.keys).union(incomplete.culprits.compactMap(\.first))
        // An error at what was not asked for may be about any of what was.
        guard told.allSatisfy({ LIFName.find($0, among: entities) != nil }) else { throw EntityFault.failed.error }
        damaged.formUnion(incomplete.damaged)
        // What was left out and is still named, or cannot be asked again for, is given up.
        let isLast = requests >= Self.maximumRequests
        let (hopeless, culprits) = incomplete.culprits.reduce(into: (Set<String>(), Set<[String]>())) {
            sorted, culprit in
            if let entity = culprit.first, isLast || excluded.contains(culprit) {
                sorted.0.insert(entity)
            } else {
                sorted.1.insert(culprit)
            }
        }
        for entity in hopeless where faults[entity] == nil { faults[entity] = .broken }
        for (entity, fault) in incomplete.faults where faults[entity] != .failed { faults[entity] = fault }
        let before = excluded
        excluded.formUnion(culprits)
        if incomplete.person == nil { excluded.formUnion(faults.keys.map { [$0] }) }
        if let person = incomplete.person {
            soFar = try joined(person)
            if excluded == before { return .done(soFar) }
        } else if excluded == before || isLast || entities.allSatisfy({ faults[$0] != nil }) {
            throw (faults.values.contains(.failed) ? EntityFault.failed : .broken).error
        }
        return .ask
    }

    /// The earlier answer has more fields, and nothing where an object broke the partner's schema; the later one has
    /// these objects.
    private func joined(_ later: RawJSON) throws -> RawJSON {
        guard let soFar else { return later }
        guard let joined = try soFar.filled(from: later) else {
            throw LIFError.source(
                .sourceError, "The partner's data changed while it was fetched.", isRetryable: true)
        }
        return joined
    }
}
