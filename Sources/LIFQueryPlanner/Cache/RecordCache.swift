public import LIFModel

/// A LIF Cache elsewhere. It holds one record per learner, with items of every organisation that it ever got data from:
/// whose a record and its items are, `RecordOwnership` decides.
public protocol RecordCache: Sendable {
    /// The records that the cache finds for learners as this organisation knows them, each with one person in it.
    ///
    /// - Parameter paths: What the records must hold beside `Person.Identifier`, where the cache has it; they may hold more.
    /// - Throws: `LIFError` `NeighbourNotAvailable`, with a reason, when the cache does not answer, or not as agreed;
    ///   `CancellationError`.
    func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord]

    /// Adds fragments to a learner's record, which is made when there is none. What is there already stays beside them: it
    /// appends.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable`, `CancellationError`.
    func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws
}

/// What a LIF Cache elsewhere is used for.
public enum RecordCacheRole: Sendable, Hashable {
    /// The organisation's own records in it are a source of their own (`SourceCatalogue.ownRecords`). It is never written.
    case ownSource
    /// It fills gaps, and is written where it has nothing (`RecordCacheRules`).
    case fallback(isWritten: Bool)
}
