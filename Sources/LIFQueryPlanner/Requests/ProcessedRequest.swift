public import Foundation
public import LIFModel

/// An asynchronous query, which goes on under a correlation id (Query Planner seed, "Processed Request Cache").
///
/// Its progress and its answer are not in it: both are derived from its parts, which are kept as they land.
public struct ProcessedRequest: Sendable, Hashable {
    /// How far a request is.
    public enum State: Sendable, Hashable {
        /// It was accepted and has not ended.
        case pending
        /// It has ended with an answer, which may have gaps.
        case completed
        /// It ended without an answer: code and message of the error.
        case failed(code: String, message: String)
        /// It had ended; its answer is no longer kept.
        case expired
    }

    /// The correlation id.
    public let id: RandomID
    /// The fields are in canonical spelling.
    public let query: LIFQuery
    /// Only data that was fetched at this time or later answers it (`Cache-Control` of the request); `nil` for any that is
    /// fresh.
    public let asOf: Date?
    /// The organisations whose planners the query came through.
    public let via: [String]
    /// How many parts it will have at most.
    public let expectedParts: Int
    /// When it was accepted, by the clock of the process that did.
    public let acceptedAt: Date
    /// The process that works on it, as long as that lives; and the number that distinguishes it from former ones.
    public let holder: HolderID
    /// The fencing token of its holder, from 1: a writer with another one is refused.
    public let fence: Int
    /// Whether it goes on, or how it ended.
    public let state: State
    /// When it ended; `nil` while it is pending.
    public let finishedAt: Date?
    /// Its client still waits and does not know its id: when its process dies, nobody wants it any more.
    public let isUntold: Bool

    /// A request that is pending under its first holder, unless said otherwise.
    public init(
        id: RandomID = RandomID(), query: LIFQuery, asOf: Date? = nil, via: [String] = [], expectedParts: Int = 0,
        acceptedAt: Date, holder: HolderID, fence: Int = 1, state: State = .pending, finishedAt: Date? = nil,
        isUntold: Bool = false
    ) {
        self.id = id
        self.query = query
        self.asOf = asOf
        self.via = via
        self.expectedParts = expectedParts
        self.acceptedAt = acceptedAt
        self.holder = holder
        self.fence = fence
        self.state = state
        self.finishedAt = finishedAt
        self.isUntold = isUntold
    }
}

/// How far an asynchronous query is: counted from its parts, never kept.
public struct RequestProgress: Sendable, Hashable {
    /// How many parts have landed, by outcome.
    public var landed: [AnswerPart.Outcome: Int] = [:]
    /// The position of the last part; 0 before the first.
    public var lastPosition = 0
    /// Whether a source knows one of the learners, or failed and may.
    public var mayKnowLearner = false
    /// When the oldest data in it was fetched.
    public var oldestData: Date?

    /// Progress with every count at zero.
    public init() {}

    /// How many parts have landed, whatever their outcome.
    public var count: Int { landed.values.reduce(0, +) }
}
