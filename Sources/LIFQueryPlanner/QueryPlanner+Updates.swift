public import LIFModel

extension QueryPlanner {
    /// The records of these learners in a LIF Cache elsewhere have changed, or may have: what is kept of them is not used any
    /// more, by any planner on the store.
    ///
    /// - Parameter learners: As this organisation knows them; `nil` when nobody can say whose records they are.
    public func recordsHaveChanged(of learners: Set<LearnerIdentifier>?) async {
        cache.keep(OwnRecordChanges.marks(of: learners, at: now()))
    }
}
