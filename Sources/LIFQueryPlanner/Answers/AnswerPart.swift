public import Foundation
public import LIFModel

/// What became of one (learner, path, source) that a query wants.
public struct AnswerPart: Sendable, Hashable {
    /// How a part ended, and where its data comes from.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// Fetched for this query.
        case fetched
        /// Kept from an earlier one, and fresh.
        case cached
        /// Expired; served because the source failed now, or while it is asked again.
        case stale
        /// The source has nothing there.
        case empty
        /// The source failed; the record lacks what it would have had.
        case missing
    }

    /// The learner's index in what was asked.
    public let learner: Int
    /// The place among the learner's parts: the order in which paths, and the sources of each, stand in a record.
    public let ordinal: Int
    /// The path of the fragment: `Person` and one member of it.
    public let path: FragmentPath
    /// The id of the source (`information_source_id`); `lif-cache` where a LIF Cache is read.
    public let sourceID: String
    /// How the part ended.
    public let outcome: Outcome
    /// How many items the source contributed to the record.
    public let items: Int
    /// Whether the source knows the learner, as far as its answer shows.
    public let learnerKnown: Bool
    /// When it was fetched; `nil` for `missing`.
    public let storedAt: Date?
    /// The age of the data as the source states it.
    public let dataTimestamp: Date?
    /// When the data stops being fresh, by the source's time to live; `nil` for `missing`, and where a LIF Cache filled a gap.
    public let expiresAt: Date?
    /// Why the source failed, for `missing`, and for `stale` unless the source is only asked again after the answer.
    public let failure: Failure?
    /// How long the source took, when it was asked for this query.
    public let duration: Duration?

    /// A part; without `items` it brings no data.
    public init(
        learner: Int, ordinal: Int, path: FragmentPath, sourceID: String, outcome: Outcome, items: Int = 0,
        learnerKnown: Bool = true, storedAt: Date? = nil, dataTimestamp: Date? = nil, expiresAt: Date? = nil,
        failure: Failure? = nil, duration: Duration? = nil
    ) {
        self.learner = learner
        self.ordinal = ordinal
        self.path = path
        self.sourceID = sourceID
        self.outcome = outcome
        self.items = items
        self.learnerKnown = learnerKnown
        self.storedAt = storedAt
        self.dataTimestamp = dataTimestamp
        self.expiresAt = expiresAt
        self.failure = failure
        self.duration = duration
    }

    /// Whether the record lacks it or has it only stale.
    public var isGap: Bool { outcome == .missing || outcome == .stale }

    /// Whether the learner may be known at the source: it says so, or it failed and could not say.
    public var mayKnowLearner: Bool { learnerKnown || outcome == .missing }

    /// The word that stands for why it is a gap, in a header and a result.
    public var reason: String? {
        if let failure { return failure.reason.rawValue }
        return outcome == .stale ? "revalidating" : nil
    }
}

/// A part with the data that it brings into its learner's record.
public struct LandedPart: Sendable, Hashable {
    /// How the part ended, without its data.
    public let part: AnswerPart
    /// `nil` when it brings none.
    public let content: FragmentContent?

    /// A part with its data: one fragment, or none.
    public init(_ part: AnswerPart, content: FragmentContent?) {
        self.part = part
        self.content = content
    }
}
