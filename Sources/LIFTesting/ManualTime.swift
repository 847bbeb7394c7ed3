public import Foundation
import Synchronization

/// A source of the time that stands still until it is moved: pass `{ time.now }` where a `now` closure is asked for.
public final class ManualTime: Sendable {
    private let date: Mutex<Date>

    /// Starts at a whole second by default, so that dates survive formats of any precision.
    public init(_ date: Date = Date(timeIntervalSince1970: 1_800_000_000)) { self.date = Mutex(date) }

    /// The time to which it was moved last.
    public var now: Date { date.withLock { $0 } }

    /// Moves it on.
    public func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        date.withLock { $0 += Double(seconds) + Double(attoseconds) / 1e18 }
    }
}
