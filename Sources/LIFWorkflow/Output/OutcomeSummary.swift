public import Foundation
public import LIFModel

/// What became of a part, without the data: all that a job's status needs.
public struct OutcomeSummary: Sendable, Hashable {
    /// What became of a part, in one word.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The source has data at some path.
        case data
        /// The source answered and has nothing at any path that did not fail.
        case empty
        /// The part failed as a whole.
        case failed
    }

    /// What became of the part, in one word.
    public let kind: Kind
    /// The number of items, of `data`.
    public let items: Int
    /// Of `failed`.
    public let failure: Failure?
    /// When the outcome was reached.
    public let finishedAt: Date
    /// From the start of the part's first task, retries and all.
    public let duration: Duration
    /// Paths at which the source failed, of `data` and `empty`.
    public let failures: [FragmentPath: Failure]

    /// A summary as a store has kept it.
    ///
    /// - Parameters:
    ///   - failure: Of the whole part.
    ///   - failures: Of single paths.
    public init(
        kind: Kind, items: Int, failure: Failure?, finishedAt: Date, duration: Duration,
        failures: [FragmentPath: Failure] = [:]
    ) {
        self.failures = failures
        self.kind = kind
        self.items = items
        self.failure = failure
        self.finishedAt = finishedAt
        self.duration = duration
    }

    /// Whether the part, or a path of it, failed.
    public var hasFailures: Bool { failure != nil || !failures.isEmpty }

    /// The summary of an outcome: its items are counted and its data is left out.
    public init(_ outcome: Outcome) {
        let kind: Kind =
            switch outcome.result {
            case .data: .data
            case .empty: .empty
            case .failed: .failed
            }
        self.init(
            kind: kind, items: outcome.fragments.reduce(0) { $0 + $1.content.count }, failure: outcome.failure,
            finishedAt: outcome.finishedAt, duration: outcome.duration, failures: outcome.failures)
    }
}
