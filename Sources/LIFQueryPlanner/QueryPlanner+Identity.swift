public import LIFModel

extension QueryPlanner {
    /// How a source knows a learner whom a query names.
    ///
    /// - Returns: `nil` when it does not: there is no mapping for a source that is then skipped.
    /// - Throws: `LIFError` `NeighbourNotAvailable` when the Identity Mapper is not there; `CancellationError`.
    public func identity(of learner: LearnerIdentifier, at source: InformationSource) async throws
        -> LearnerIdentifier?
    {
        let catalogue = SourceCatalogue([source], model: configuration.catalogue.model)
        return try await work.identities.identities(of: [learner], catalogue: catalogue).first?[
            source.id]
    }
}
