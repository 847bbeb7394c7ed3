public import Foundation

/// What became of one part of a query plan. It is written once.
public struct Outcome: Sendable, Hashable {
    /// What the source gave, or why it gave nothing.
    public enum Result: Sendable, Hashable {
        /// Fragments at some or all of the part's paths. A path that was asked for and is neither here nor among the
        /// outcome's `failures` is empty.
        case data([Fragment])
        /// The source answered, and has nothing at any of the paths but those among the outcome's `failures`.
        case empty(learnerKnown: Bool)
        /// The source gave nothing, for this reason.
        case failed(Failure)
    }

    /// What became of the part as a whole.
    public let result: Result
    /// When the outcome was reached.
    public let finishedAt: Date
    /// From the start of the part's first task, retries and all.
    public let duration: Duration
    /// The age of the data as the source states it, or else when it was fetched; `nil` when there is none.
    public let dataTimestamp: Date?
    /// Paths at which the source failed although it answered for the others: nothing is known of what it has there.
    /// None when the whole part failed.
    public let failures: [FragmentPath: Failure]

    /// An outcome as it was reached, or as a store has kept it.
    ///
    /// - Parameter failures: At paths at which `result` has no fragment.
    public init(
        _ result: Result, finishedAt: Date, duration: Duration, dataTimestamp: Date? = nil,
        failures: [FragmentPath: Failure] = [:]
    ) {
        self.result = result
        self.finishedAt = finishedAt
        self.duration = duration
        self.dataTimestamp = dataTimestamp
        self.failures = failures
    }

    /// The outcome of a part whose source has answered for at least some of the paths.
    ///
    /// Only what the part asked for is taken, in its order. A fragment at a path that failed is left out, because it may
    /// be incomplete. When each path failed, the part failed.
    public init(
        of part: QueryPlanPart, fragments: [Fragment], failures: [FragmentPath: Failure] = [:], learnerKnown: Bool,
        finishedAt: Date, duration: Duration, dataTimestamp: Date? = nil
    ) {
        let failures = failures.filter { part.fragmentPaths.contains($0.key) }
        let found = Dictionary(
            fragments.filter { failures[$0.path] == nil }.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }
        )
        let ordered = part.fragmentPaths.compactMap { found[$0] }
        let first = part.fragmentPaths.lazy.compactMap { failures[$0] }.first
        if let first, part.fragmentPaths.allSatisfy({ failures[$0] != nil }) {
            self.init(.failed(first), finishedAt: finishedAt, duration: duration)
        } else {
            self.init(
                ordered.isEmpty ? .empty(learnerKnown: learnerKnown) : .data(ordered), finishedAt: finishedAt,
                duration: duration, dataTimestamp: dataTimestamp, failures: failures)
        }
    }

    /// The data; empty unless the result is `data`.
    public var fragments: [Fragment] {
        if case .data(let fragments) = result { fragments } else { [] }
    }

    /// Why the whole part failed; `nil` when it did not.
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
        /// The answer, or the data of one part, is longer than a limit allows.
        case answerTooLarge = "answer-too-large"
        /// No operator of that name, or one that cannot be set up.
        case operatorNotFound = "operator-not-found"
        /// The source needs a translation, and there is no Translator of that name.
        case noTranslator = "no-translator"
        /// The source has failed again and again and is not asked for a while.
        case circuitOpen = "circuit-open"
        /// The work was cancelled before the part had its outcome.
        case cancelled
        /// The outcome could not be kept.
        case storage
        /// A fault of ours.
        case `internal`

        /// Whether only the configuration can change it: each part of the source fails so.
        package var isOfConfiguration: Bool { self == .operatorNotFound || self == .noTranslator }
    }

    /// What programs act on.
    public let reason: Reason
    /// A sentence for people, without a learner's value or a credential.
    public let message: String
    /// How many attempts were made; `nil` when none was, or it is not known.
    public var attempts: Int?

    /// A failure as its reason and a sentence.
    public init(_ reason: Reason, _ message: String, attempts: Int? = nil) {
        self.reason = reason
        self.message = message
        self.attempts = attempts
    }
}
