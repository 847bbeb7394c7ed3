public import Foundation

/// What became of one part of a query plan. It is written once.
public struct Outcome: Sendable, Hashable {
    public enum Result: Sendable, Hashable {
        /// Fragments at some or all of the part's paths. A path that was asked for and is not here is empty.
        case data([Fragment])
        /// The source answered, and has nothing at any of the paths.
        case empty(learnerKnown: Bool)
        case failed(Failure)
    }

    public let result: Result
    /// When the outcome was reached.
    public let finishedAt: Date
    /// From the start of the part's first task, retries and all.
    public let duration: Duration
    /// The age of the data as the source states it, or else when it was fetched; `nil` when there is none.
    public let dataTimestamp: Date?

    public init(_ result: Result, finishedAt: Date, duration: Duration, dataTimestamp: Date? = nil) {
        self.result = result
        self.finishedAt = finishedAt
        self.duration = duration
        self.dataTimestamp = dataTimestamp
    }

    public var fragments: [Fragment] {
        if case .data(let fragments) = result { fragments } else { [] }
    }

    public var failure: Failure? {
        if case .failed(let failure) = result { failure } else { nil }
    }
}

/// Why a part failed: a reason that programs can act on and a sentence for people, without learner data.
public struct Failure: Error, Sendable, Hashable {
    /// Each is a token that may stand in a header (RFC 9651).
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// No answer within the task's time-out.
        case timeout
        /// No connection to the source.
        case unreachable
        /// The source refused our credential (401 or 403).
        case refused
        /// The source answered with another error status or an error of its own.
        case sourceError = "source-error"
        /// The source's answer is not what its contract says.
        case invalidAnswer = "invalid-answer"
        case answerTooLarge = "answer-too-large"
        /// No operator of that name, or one that cannot be set up.
        case operatorNotFound = "operator-not-found"
        case noTranslator = "no-translator"
        /// The source has failed again and again and is not asked for a while.
        case circuitOpen = "circuit-open"
        case cancelled
        /// The outcome could not be kept.
        case storage
        case `internal`
    }

    public let reason: Reason
    public let message: String
    /// How many attempts were made; `nil` when none was, or it is not known.
    public var attempts: Int?

    public init(_ reason: Reason, _ message: String, attempts: Int? = nil) {
        self.reason = reason
        self.message = message
        self.attempts = attempts
    }
}
