import Synchronization

/// Knows the number of the attempt that is under way; `nil` before the first.
public final class Attempts: Sendable {
    private let current: Mutex<Int?> = Mutex(nil)

    /// Starts with no attempt under way.
    public init() {}

    /// The number of the attempt that is under way, counted from 1; `nil` before the first.
    public var number: Int? { current.withLock { $0 } }

    /// Notes that an attempt begins.
    ///
    /// - Parameter number: Counted from 1.
    public func begin(_ number: Int) { current.withLock { $0 = number } }
}
