public import LIFModel

/// A LIF Cache elsewhere. It holds one record per learner, and nobody can tell which source an item of it came from: it is
/// asked only where that does no harm (`RecordCacheRules`).
public protocol RecordCache: Sendable {
    /// The records of learners as this organisation knows them. A learner without a record is absent, and one of whom the cache
    /// gives something that cannot be used. Where all are so it throws.
    ///
    /// - Parameter paths: What the records must hold, where the cache has it; they may hold more.
    /// - Throws: `LIFError` `NeighbourNotAvailable` when the cache does not answer, or not as agreed; `CancellationError`.
    func records(
        of learners: [LearnerIdentifier], paths: [FragmentPath]
    ) async throws -> [LearnerIdentifier: LIFRecord]

    /// Adds fragments to a learner's record, which is made when there is none. What is there already stays beside them: it
    /// appends.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable`, `CancellationError`.
    func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws
}
