/// The port through which a planner finds how sources know learners (Query Planner seed, "Identities Lookup Agent").
public protocol IdentityLookup: Sendable {
    /// The identifiers of each learner by source id, in the order of the learners. A source that is absent is not to be
    /// asked about that learner.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable` naming the Identity Mapper, `OutputReadException` when mappings that are
    ///   kept here cannot be read; `CancellationError`.
    func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]]

    /// Whether mappings may have changed since the last call; the first call may say so of any.
    ///
    /// It is called on the way to answers that are ready in memory, so it takes microseconds and asks nobody over the
    /// network.
    func hasChanged() async throws -> Bool
}

extension IdentityLookup {
    /// `false`, for a lookup whose answers never change.
    public func hasChanged() async throws -> Bool { false }
}
