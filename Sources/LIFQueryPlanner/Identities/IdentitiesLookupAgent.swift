import LIFModel

/// Finds how each source knows each learner (Query Planner seed, "Identities Lookup Agent").
struct IdentitiesLookupAgent: Sendable {
    let lookup: any IdentityLookup

    /// - Returns: For each learner, the identifiers by source id, in the order of the learners.
    /// - Throws: `LIFError`, `NeighbourNotAvailable` whatever else the look-up throws; `CancellationError`.
    func identities(
        of learners: [LearnerIdentifier], catalogue: SourceCatalogue
    ) async throws -> [[String: LearnerIdentifier]] {
        let sources = catalogue.sources.filter { !$0.isOwnRecords }
        let found = try await Self.saying { try await lookup.identities(of: learners, at: sources) }
        guard found.count == learners.count else { throw Self.unavailable(nil) }
        guard let own = catalogue.ownRecords else { return found }
        // Nobody maps how we know our own learners.
        return zip(learners, found).map { learner, identities in
            identities.merging([own.id: learner]) { _, ours in ours }
        }
    }

    /// The same sentence whatever the cause: it may hold anything.
    private static func saying<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error where error is LIFError || error is CancellationError {
            throw error
        } catch {
            throw unavailable(error)
        }
    }

    private static func unavailable(_ cause: (any Error)?) -> LIFError {
        LIFError(
            .neighbourNotAvailable, "The Identity Mapper is not available. Try again later.", blame: .source,
            isRetryable: true, cause: cause)
    }
}
