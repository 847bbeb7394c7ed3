public import Foundation
public import LIFModel

/// The cache's key: one source's data about one learner, as that source knows them, at one path. So aliases of a
/// learner need no merging, and a changed identity mapping changes what is read.
public struct FragmentKey: Sendable, Hashable {
    /// The id of the source (`information_source_id`).
    public let sourceID: String
    /// The learner as the source knows them, which may be another identifier than the query's.
    public let learner: LearnerIdentifier
    /// The path of the fragment: `Person` and one member of it.
    public let path: FragmentPath

    /// The key of what one source has at one path.
    public init(sourceID: String, learner: LearnerIdentifier, path: FragmentPath) {
        self.sourceID = sourceID
        self.learner = learner
        self.path = path
    }
}

/// What is known at a key: a whole fragment, or that the source has nothing there.
public struct StoredFragment: Sendable, Hashable {
    /// Whose data it is, and at which path.
    public let key: FragmentKey
    /// `nil` when the source answered and had nothing: that is an outcome too.
    public let content: FragmentContent?
    /// Whether the source knows the learner, as far as its answer shows.
    public let learnerKnown: Bool
    /// When its fetch began: the source may have read it then. Freshness counts from here, and what began later is newer.
    public let storedAt: Date
    /// The age of the data as the source states it.
    public let dataTimestamp: Date?
    /// The origin of the source when it was fetched (`InformationSource.origin`).
    public let origin: String

    /// What a fetch has returned for one key: a fragment, or that the source has none.
    public init(
        key: FragmentKey, content: FragmentContent?, learnerKnown: Bool, storedAt: Date, dataTimestamp: Date?,
        origin: String
    ) {
        self.key = key
        self.content = content
        self.learnerKnown = learnerKnown
        self.storedAt = storedAt
        self.dataTimestamp = dataTimestamp
        self.origin = origin
    }

    /// Seconds by which the clocks of processes on one store may differ.
    public static let clockSkew = 60.0

    /// Whether a write of this replaces what is kept at its key.
    ///
    /// What was fetched at the same time or later does, however late it lands. Anything replaces one that claims to come from
    /// later than now by more than `clockSkew`: it is from a clock that was ahead, and would else stay until that time.
    public func replaces(_ kept: StoredFragment, now: Date) -> Bool {
        storedAt >= kept.storedAt || kept.storedAt > now.addingTimeInterval(Self.clockSkew)
    }
}

/// Keeps fragments, and only keeps them: what is fresh is decided in `Freshness`.
///
/// An implementation passes `FragmentStoreConformance` of `LIFTesting`.
public protocol FragmentStore: Sendable {
    /// What is kept at the keys; keys with nothing kept are absent.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment]

    /// Replaces what the keys held, all in one transaction, and touches no other key. What was fetched earlier than what
    /// is kept does not replace it: see `StoredFragment.replaces(_:now:)`.
    ///
    /// - Parameter now: Tells what is kept from a clock that was ahead.
    /// - Throws: `LIFError` `OutputWriteException`.
    func write(_ fragments: [StoredFragment], now: Date) async throws

    /// What **other** processes on this store have changed since the last call (since the store was opened for the first
    /// call). Cheap when there is nothing: it is called on the way to answers kept in memory.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func changesByOthers() async throws -> FragmentChanges

    /// Removes what was stored before a time.
    ///
    /// - Returns: How many; fewer than `limit` when there are no more.
    /// - Throws: `LIFError` `OutputWriteException`.
    func remove(storedBefore time: Date, limit: Int) async throws -> Int

    /// Removes everything about learners, as any source knows them. Other processes are notified of `everything`. What is written
    /// later and was fetched before is not kept, also by another process: a fetch may have been on its way.
    ///
    /// - Returns: How many fragments.
    /// - Throws: `LIFError` `OutputWriteException`.
    func forget(_ learners: Set<LearnerIdentifier>, now: Date) async throws -> Int
}

/// What has changed in a store.
public enum FragmentChanges: Sendable, Hashable {
    /// These were written; none when nothing has changed.
    case written([FragmentKey])
    /// Fragments were removed, or the store was replaced: nothing that was read before is to be believed.
    case everything

    /// Whether nothing has changed.
    public var isNothing: Bool { self == .written([]) }
}
