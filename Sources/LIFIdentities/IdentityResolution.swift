package import LIFModel

/// What an Identity Mapper's mappings say to each source. Pure.
package enum IdentityResolution {
    /// The learner's identifiers by source id.
    ///
    /// A source's mappings are those of its system whose type it knows. Of several, the one whose type is written as the
    /// learner's is used, else one whose type has the same token, else the one whose type comes first in the alphabet, and
    /// of the same type the one whose identifier does: the order in which a mapper gives them decides nothing. Without any,
    /// the source's policy decides.
    package static func identities(
        of learner: LearnerIdentifier, mappings: [IdentityMapping], at sources: [InformationSource]
    ) -> [String: LearnerIdentifier] {
        var identities: [String: LearnerIdentifier] = [:]
        for source in sources where identities[source.id] == nil {
            identities[source.id] = identity(of: learner, mappings: mappings, at: source)
        }
        return identities
    }

    private static func identity(
        of learner: LearnerIdentifier, mappings: [IdentityMapping], at source: InformationSource
    ) -> LearnerIdentifier? {
        let targets = mappings.lazy.filter { $0.isOf(system: source.systemID) }.map(\.target)
        let best = targets.filter(source.knowsType).min { precedes($0, $1, for: learner) }
        if let best { return best }
        return source.identity == .shared ? learner : nil
    }

    private static func precedes(
        _ left: LearnerIdentifier, _ right: LearnerIdentifier, for learner: LearnerIdentifier
    ) -> Bool {
        let (near, far) = (distance(left, learner), distance(right, learner))
        if near != far { return near < far }
        if left.typeToken != right.typeToken {
            return left.typeToken.utf8.lexicographicallyPrecedes(right.typeToken.utf8)
        }
        if !left.hasSpelling(ofTypeOf: right) {
            return left.identifierType.utf8.lexicographicallyPrecedes(right.identifierType.utf8)
        }
        return left.identifier.utf8.lexicographicallyPrecedes(right.identifier.utf8)
    }

    private static func distance(_ target: LearnerIdentifier, _ learner: LearnerIdentifier) -> Int {
        if target.hasSpelling(ofTypeOf: learner) { return 0 }
        return target.typeToken == learner.typeToken ? 1 : 2
    }
}
