package import LIFModel

/// What an Identity Mapper's mappings say to each source. Pure.
package enum IdentityResolution {
    /// The learner's identifiers by source id.
    ///
    /// A source's mappings are those of its system whose type it knows. Of several, the one of the learner's own type is
    /// used, or else the one whose type comes first in the alphabet. Without any, the source's policy decides.
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
        var found: LearnerIdentifier?
        for mapping in mappings {
            guard mapping.isOf(system: source.systemID), source.knowsType(of: mapping.target) else { continue }
            if mapping.target.typeToken == learner.typeToken { return mapping.target }
            if let known = found, known.typeToken.utf8.lexicographicallyPrecedes(mapping.target.typeToken.utf8) {
                continue
            }
            found = mapping.target
        }
        if let found { return found }
        return source.identity == .shared ? learner : nil
    }
}
