public import Foundation
public import LIFModel

/// A callback that is owed: kept until it is delivered or given up.
public struct OwedCallback: Sendable, Hashable {
    /// The same for every attempt, so that a receiver can recognise a repetition.
    public let id: RandomID
    /// The run that owes it.
    public let run: RunID
    /// A word of the run's user.
    public let kind: String
    /// A registered operator's name or a URL.
    public let target: String
    /// The run's epoch when it came to be: a run that is begun anew owes its callbacks again.
    public let epoch: Int
    /// When it became owed; lists of owed callbacks are in this order.
    public let createdAt: Date
    /// Attempts that failed.
    public var attempts: Int

    /// A callback that is owed for the first time, unless `id` and `attempts` are given.
    public init(
        id: RandomID = RandomID(), run: RunID, kind: String, target: String, epoch: Int, createdAt: Date,
        attempts: Int = 0
    ) {
        self.id = id
        self.run = run
        self.kind = kind
        self.target = target
        self.epoch = epoch
        self.createdAt = createdAt
        self.attempts = attempts
    }

    /// Whether another one is the same: of one run and epoch there is one of a kind for a target.
    public func isSame(as other: OwedCallback) -> Bool {
        id == other.id
            || run == other.run && kind == other.kind && target == other.target && epoch == other.epoch
    }
}
