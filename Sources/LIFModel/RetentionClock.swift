public import Foundation

/// The time by which everything is removed that was kept long enough.
public protocol RetentionClock: Sendable {
    /// - Returns: `nil` when nothing may be removed now, because the time of day is not to be believed.
    func timeForRemoval() async -> Date?
}

/// A retention clock that believes the time that it is given.
public struct PlainRetentionClock: RetentionClock {
    private let now: @Sendable () -> Date

    /// A clock that answers with what `now` returns, called anew each time.
    public init(_ now: @escaping @Sendable () -> Date) { self.now = now }

    /// The time of the moment, never `nil`.
    public func timeForRemoval() async -> Date? { now() }
}
