import LIFModel

/// Finds how each source knows each learner (Query Planner seed, "Identities Lookup Agent").
struct IdentitiesLookupAgent: Sendable {
    let lookup: any IdentityLookup

    /// - Returns: For each learner, the identifiers by source id, in the order of the learners.
    /// - Throws: `LIFError` `NeighbourNotAvailable`.
    func identities(
        of learners: [LearnerIdentifier], catalogue: SourceCatalogue
    ) async throws -> [[String: LearnerIdentifier]] {
        var identities: [[String: LearnerIdentifier]] = []
        for learner in learners {
            identities.append(try await lookup.identities(of: learner, at: catalogue.sources))
        }
        return identities
    }
}
