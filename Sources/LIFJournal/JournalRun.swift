public import Foundation
public import LIFModel

/// Names a run with parts, inside and outside.
public typealias RunID = RandomID

/// A run that was accepted: its parts land one by one, and nothing of it is lost with the process that works on it.
///
/// What it is about is its user's: the document, and the words of its parts and of its end.
public struct JournalRun: Sendable, Hashable {
    /// The run's name, inside and outside; never given twice.
    public let id: RunID
    /// Whose run it is; a store over a journal reads runs of its own kind only.
    public let kind: Kind
    /// When the run was accepted; it never changes, also when the run is begun anew.
    public let acceptedAt: Date
    /// How many parts it will have at most.
    public let expectedParts: Int
    /// The client's own name for it; two runs of one kind never have the same.
    public let key: String?
    /// What was accepted: it never changes. `nil` when it was not read, or is no longer kept.
    public let document: [UInt8]?
    /// What changes of the run as it goes on, by ``Journal/commit(_:)``.
    public var state: State
    /// Counts the commits to `state`: a commit that was decided on an older one is refused.
    public let revision: Int
    /// How many parts have landed.
    public let landedParts: Int
    /// Of the last part that has landed; 0 before the first.
    public let lastPosition: Int64
    /// Its parts' data are not kept any more.
    public let isDataRemoved: Bool

    /// A run as it is accepted; the journal itself counts `revision`, `landedParts` and `lastPosition`.
    public init(
        id: RunID = RunID(), kind: Kind, acceptedAt: Date, expectedParts: Int, key: String? = nil, document: [UInt8]?,
        state: State, revision: Int = 0, landedParts: Int = 0, lastPosition: Int64 = 0, isDataRemoved: Bool = false
    ) {
        self.id = id
        self.kind = kind
        self.acceptedAt = acceptedAt
        self.expectedParts = expectedParts
        self.key = key
        self.document = document
        self.state = state
        self.revision = revision
        self.landedParts = landedParts
        self.lastPosition = lastPosition
        self.isDataRemoved = isDataRemoved
    }

    /// The same with another document, or none.
    package func with(document: [UInt8]?) -> JournalRun {
        JournalRun(
            id: id, kind: kind, acceptedAt: acceptedAt, expectedParts: expectedParts, key: key, document: document,
            state: state, revision: revision, landedParts: landedParts, lastPosition: lastPosition,
            isDataRemoved: isDataRemoved)
    }

    /// Whose run it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An orchestrator's job.
        case job
        /// An asynchronous query.
        case query
        /// What a planner has submitted to an orchestrator elsewhere.
        case submitted
    }

    /// What changes of a run, beside its parts.
    public struct State: Sendable, Hashable {
        /// When it was accepted, or begun anew.
        public var startedAt: Date
        /// The process that works on it, as long as that lives.
        public var holder: HolderID
        /// The fencing token of who may write: it rises when the run is cancelled or begun anew, and, as its user wants, when it is
        /// another's.
        public var epoch: Int
        /// When its cancellation was first requested; `nil` when it was not. The run stays open until `end` is set.
        public var cancelledAt: Date?
        /// Why it failed as a whole.
        public var failure: RunFailure?
        /// A word for how it ended; `nil` while it goes on.
        public var end: String?
        /// When it ended; `nil` while it goes on.
        public var endedAt: Date?
        /// When whoever asked for the results had them.
        public var acknowledgedAt: Date?
        /// Its client waits and does not know its id: when its holder dies, nobody wants it any more.
        public var isUnannounced: Bool
        /// The workflow engine that does it; `nil` for one that no engine does.
        public var engine: EngineStanding?
        /// Cancellations that engines have not answered yet; also of a run that has ended.
        public var cancellations: [EngineCancellation]

        /// The state of a run at its acceptance: open, held by `holder`, with epoch 1.
        public init(
            startedAt: Date, holder: HolderID, epoch: Int = 1, cancelledAt: Date? = nil, failure: RunFailure? = nil,
            end: String? = nil, endedAt: Date? = nil, acknowledgedAt: Date? = nil, isUnannounced: Bool = false,
            engine: EngineStanding? = nil, cancellations: [EngineCancellation] = []
        ) {
            self.startedAt = startedAt
            self.holder = holder
            self.epoch = epoch
            self.cancelledAt = cancelledAt
            self.failure = failure
            self.end = end
            self.endedAt = endedAt
            self.acknowledgedAt = acknowledgedAt
            self.isUnannounced = isUnannounced
            self.engine = engine
            self.cancellations = cancellations
        }

        /// Whether the run goes on: it has no `end`.
        public var isOpen: Bool { end == nil }
    }
}

/// Why a run failed as a whole.
public struct RunFailure: Sendable, Hashable {
    /// A code or reason, as its user has them.
    public let word: String
    /// A sentence for people.
    public let message: String
    /// How many attempts had been made when it failed; `nil` when none was, or it is not known.
    public let attempts: Int?

    /// A failure with the word that programs compare and the sentence that people read; neither has a learner's value.
    public init(word: String, message: String, attempts: Int? = nil) {
        self.word = word
        self.message = message
        self.attempts = attempts
    }
}

/// By what runs are found, beside their ids.
public struct RunIndex: Sendable, Hashable {
    /// The ids of the information sources that it fetches from.
    public var sources: Set<String>
    /// The schedule that submitted it.
    public var schedule: RandomID?
    /// Whom it is about: for `RunFilter.learners`.
    public var learners: [LearnerIdentifier]

    /// An index entry; what is left out is not found by that property.
    public init(sources: Set<String> = [], schedule: RandomID? = nil, learners: [LearnerIdentifier] = []) {
        self.sources = sources
        self.schedule = schedule
        self.learners = learners
    }
}

/// Which runs a list has, the last one accepted first.
public struct RunFilter: Sendable, Hashable {
    /// Whether a run has ended, and how.
    public enum Progress: Sendable, Hashable {
        /// Open or ended.
        case any
        /// Not ended.
        case open
        /// With this word.
        case ended(String)
        /// Runs with a cancellation that an engine has not answered yet, whether they have ended or not.
        case cancelling
    }

    /// Only the run with this id; `nil` for all.
    public var id: RunID?
    /// Only runs of this kind; `nil` for all, which needs an id.
    public var kind: JournalRun.Kind?
    /// Only runs that are open, or that ended in one way; `any` for both.
    public var progress: Progress
    /// Only runs of this process; `nil` for those of all.
    public var holder: HolderID?
    /// Only runs with this source in their index; `nil` for all.
    public var source: String?
    /// Only runs that this schedule submitted; `nil` for all.
    public var schedule: RandomID?
    /// Only the run with this idempotency key; `nil` for all.
    public var key: String?
    /// Those accepted before this one; none when it does not exist.
    public var after: RunID?
    /// Only runs that name one of these learners; `nil` for all.
    public var learners: Set<LearnerIdentifier>?
    /// Only runs of which this is over; `nil` for all.
    public var expiry: RunExpiry?
    /// Whether the documents are read; they may be large.
    public var document = true
    /// How many runs the list has at most; not negative.
    public var limit: Int

    /// A filter for the runs of one kind. Each further property that is given narrows the list.
    public init(
        _ kind: JournalRun.Kind, progress: Progress = .any, holder: HolderID? = nil, source: String? = nil,
        schedule: RandomID? = nil, key: String? = nil, after: RunID? = nil, limit: Int = .max
    ) {
        self.kind = kind
        self.progress = progress
        self.holder = holder
        self.source = source
        self.schedule = schedule
        self.key = key
        self.after = after
        self.limit = limit
    }

    /// The run of this id, whatever its kind.
    public init(id: RunID, document: Bool = true) {
        self.id = id
        self.document = document
        progress = .any
        limit = 1
    }
}
