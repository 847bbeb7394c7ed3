public import LIFModel

/// Without an Identity Mapper: every source knows a learner by the same identifier.
public struct SharedIdentities: IdentityLookup {
    /// A lookup that makes no requests.
    public init() {}

    /// Every source knows each learner by the identifier that the query has. Never throws.
    public func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]] {
        learners.map { learner in
            Dictionary(sources.map { ($0.id, learner) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
