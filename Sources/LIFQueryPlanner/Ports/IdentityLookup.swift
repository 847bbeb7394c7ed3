public import LIFModel

/// Finds how sources know a learner (Query Planner seed, "Identities Lookup Agent").
public protocol IdentityLookup: Sendable {
    /// The learner's identifiers by source id. A source that is absent is not to be asked about this learner.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable`.
    func identities(
        of learner: LearnerIdentifier, at sources: [InformationSource]
    ) async throws -> [String: LearnerIdentifier]
}

/// Without an Identity Mapper: every source knows the learner by the same identifier.
public struct SharedIdentities: IdentityLookup {
    public init() {}

    public func identities(
        of learner: LearnerIdentifier, at sources: [InformationSource]
    ) async throws -> [String: LearnerIdentifier] {
        Dictionary(sources.map { ($0.id, learner) }, uniquingKeysWith: { first, _ in first })
    }
}
