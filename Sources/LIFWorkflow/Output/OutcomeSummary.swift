public import Foundation
public import LIFModel

/// What became of a part, without the data: all that a job's status needs.
public struct OutcomeSummary: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case data
        case empty
        case failed
    }

    public let kind: Kind
    /// The number of items, of `data`.
    public let items: Int
    /// Of `failed`.
    public let failure: Failure?
    public let finishedAt: Date
    public let duration: Duration
    /// Paths at which the source failed, of `data` and `empty`.
    public let failures: [FragmentPath: Failure]

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
