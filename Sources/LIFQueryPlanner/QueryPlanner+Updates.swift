public import LIFModel

extension QueryPlanner {
    /// The records of these learners in a LIF Cache elsewhere have changed, or may have: what is kept of them is not used any
    /// more.
    ///
    /// - Parameter learners: As this organisation knows them.
    public func recordsHaveChanged(of learners: Set<LearnerIdentifier>) async {
        guard !learners.isEmpty, let source = try? await metadata.catalogue().ownRecords else { return }
        let keys = learners.flatMap { learner in
            source.fragmentPaths.map { FragmentKey(sourceID: source.id, learner: learner, path: $0) }
        }
        cache.outdate(keys, at: now())
    }
}
