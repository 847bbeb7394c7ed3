import Synchronization

/// Knows the number of the attempt that is under way; `nil` before the first.
public final class Attempts: Sendable {
    private let current: Mutex<Int?> = Mutex(nil)

    public init() {}

    public var number: Int? { current.withLock { $0 } }

    public func begin(_ number: Int) { current.withLock { $0 = number } }
}
