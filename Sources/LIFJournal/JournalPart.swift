public import Foundation
public import LIFModel

/// A part of a run that has landed. The first one of its group, path and source stays.
public struct JournalPart: Sendable, Hashable {
    /// The place in the order of landing: positions of one run grow and never come twice. 0 before it is kept.
    public var position: Int64
    /// A learner's index in a query, or the part's in a plan.
    public let group: Int
    /// The place in its group.
    public let ordinal: Int
    /// The entity of the fragment path (`CredentialAward`) in a query; empty for a part of a plan, which has several.
    public let path: String
    /// The id of the information source in a query; empty for a part of a plan, which names it itself.
    public let source: String
    /// A word of the run's user.
    public let outcome: String
    /// How many items of data it brings.
    public let items: Int
    /// Whether the source knows the learner.
    public let isLearnerKnown: Bool
    /// When the data was fetched, or the outcome reached.
    public let at: Date?
    /// The age of the data as the source states it.
    public let dataTimestamp: Date?
    /// When the data of a query's part stops being fresh, where that is known; `nil` for a part of a plan.
    public let expiresAt: Date?
    /// How long the source took, retries and all; `nil` when it was not asked.
    public let duration: Duration?
    /// Why the part as a whole failed; `nil` when it did not.
    public let failure: Failure?
    /// Of single paths, where the part as a whole did not fail.
    public let pathFailures: [FragmentPath: Failure]
    /// The data, or only its size when it was not read.
    public let content: Content

    /// A part as it is handed to a journal, which gives it its `position`; or as a journal has read it.
    public init(
        position: Int64 = 0, group: Int, ordinal: Int = 0, path: String = "", source: String = "", outcome: String,
        items: Int = 0, isLearnerKnown: Bool = true, at: Date? = nil, dataTimestamp: Date? = nil,
        expiresAt: Date? = nil, duration: Duration? = nil, failure: Failure? = nil,
        pathFailures: [FragmentPath: Failure] = [:], content: Content = .none
    ) {
        self.position = position
        self.group = group
        self.ordinal = ordinal
        self.path = path
        self.source = source
        self.outcome = outcome
        self.items = items
        self.isLearnerKnown = isLearnerKnown
        self.at = at
        self.dataTimestamp = dataTimestamp
        self.expiresAt = expiresAt
        self.duration = duration
        self.failure = failure
        self.pathFailures = pathFailures
        self.content = content
    }

    /// Its data: JSON that the run's user has written.
    public enum Content: Sendable, Hashable {
        /// It has no data, or its data was removed.
        case none
        /// - Parameters:
        ///   - count: Of its items, where it is one fragment.
        ///   - isScalar: Where it is one fragment: whether that is a scalar.
        case json([UInt8], count: Int = 0, isScalar: Bool = false)
        /// It has data, so many bytes, which were not read.
        case unread(bytes: Int)

        /// The size of the data in bytes, whether it was read or not.
        public var bytes: Int {
            switch self {
            case .none: 0
            case .json(let bytes, _, _): bytes.count
            case .unread(let bytes): bytes
            }
        }
    }

    /// What distinguishes it from the other parts of its run.
    public struct Key: Sendable, Hashable {
        /// The group of the part: see ``JournalPart/group``.
        public let group: Int
        /// The fragment path of the part: see ``JournalPart/path``.
        public let path: String
        /// The source of the part: see ``JournalPart/source``.
        public let source: String

        /// A key; for a part of a plan the group alone is enough.
        public init(group: Int, path: String = "", source: String = "") {
            self.group = group
            self.path = path
            self.source = source
        }
    }

    /// The part's key: of parts with the same key, a run keeps the first.
    public var key: Key { Key(group: group, path: path, source: source) }

    /// Whether it or one of its paths failed.
    public var hasFailures: Bool { failure != nil || !pathFailures.isEmpty }
}

/// Which parts of a run are read, and in which order.
public enum PartSelection: Sendable, Hashable {
    /// By group, ordinal and position.
    case groups(Range<Int>)
    /// In the order of landing, after a position, at most so many: the first one however large, then as many as have together
    /// with it at most `bytes` of data.
    case landed(after: Int64, limit: Int, bytes: Int)

    /// Every part, by group, ordinal and position.
    public static let all = PartSelection.groups(0..<Int.max)
}

/// What has landed of a run, counted.
public struct PartTally: Sendable, Hashable {
    /// How many parts, by the word of their outcome.
    public var outcomes: [String: Int] = [:]
    /// The position of the last part that landed; 0 before the first.
    public var lastPosition: Int64 = 0
    /// Whether a source knows a learner.
    public var isLearnerKnown = false
    /// The earliest `JournalPart.at` of those that have one.
    public var oldest: Date?
    /// The first part of each kind that was asked for, without data: parts of a kind have the same path, source, outcome and reason.
    public var kinds: [JournalPart] = []

    /// A tally with every count at zero.
    public init() {}

    /// How many parts have landed, whatever their outcome.
    public var count: Int { outcomes.values.reduce(0, +) }
}

/// What became of parts that were to be kept.
public enum Appended: Sendable, Hashable {
    /// None of them is kept.
    case refused(Refusal)
    /// - Parameters:
    ///   - first: Those that were not there before, by their index in what was given.
    ///   - landed: How many parts of the run have landed now.
    case kept(first: [Int], landed: Int)
}

/// Why nothing is kept of a run.
public enum Refusal: Sendable, Hashable {
    /// There is no such run.
    case unknown
    /// It has ended, or its content was removed.
    case ended
    /// It has a higher epoch: it was cancelled, begun anew, or is another's now.
    case superseded
}
