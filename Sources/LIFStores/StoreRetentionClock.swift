public import Foundation
public import LIFModel
import Synchronization

/// What the processes on a store have seen of the machine's clock together: one that starts knows what the others saw, and
/// what was seen before it was stopped.
public final class StoreRetentionClock: RetentionClock {
    /// How often a reading is written that changes nothing.
    private static let writingInterval: Duration = .seconds(60)

    private let database: any StoreDatabase
    private let read: @Sendable () -> ClockReading
    private let changed: @Sendable (ClockTrust.Change) -> Void
    /// What this process has reported.
    private let known = Mutex<Duration?>(nil)

    /// A clock over an open database, which keeps what the clock has shown.
    ///
    /// - Parameters:
    ///   - read: Reads the clocks of the machine.
    ///   - changed: Told when the time of day is not believed from now on, or is again; also of what another process on the
    ///     store has found.
    public init(
        _ database: any StoreDatabase, read: @escaping @Sendable () -> ClockReading = { .current },
        changed: @escaping @Sendable (ClockTrust.Change) -> Void = { _ in }
    ) {
        self.database = database
        self.read = read
        self.changed = changed
    }

    /// The time as this machine shows it, when it is to be believed; see ``RetentionClock/timeForRemoval()``.
    ///
    /// `nil` also when the store cannot be read or written.
    public func timeForRemoval() async -> Date? {
        // Without the store nothing can be removed.
        guard let trust = try? await look() else { return nil }
        return trust.isBelieved ? trust.last.wall : nil
    }

    /// How long it has been steady since it was moved, when this process looked last; `nil` when it was believed.
    public var steadyFor: Duration? { known.withLock { $0 } }

    /// Looks at the clock, and notes what it shows.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`.
    @discardableResult
    public func look() async throws -> ClockTrust {
        let (trust, change) = try await next()
        let wasBelieved = known.withLock { known in
            defer { known = trust.steadyFor }
            return known == nil
        }
        if change != .none {
            changed(change)
        } else if wasBelieved != trust.isBelieved {
            // Another process has found it, or someone has confirmed the time.
            changed(trust.isBelieved ? .isSteadyAgain : .moved(.zero))
        }
        return trust
    }

    private func next() async throws -> (ClockTrust, ClockTrust.Change) {
        // The clock is read behind what was kept, and not before: another process may have kept a later reading meanwhile, against
        // which this one would have gone back.
        try await database.changeClock { [read] kept in
            let reading = read()
            guard var trust = kept else {
                let first = ClockTrust(reading)
                kept = first
                return (first, .none)
            }
            let last = trust.last
            let change = trust.look(at: reading)
            let isNews =
                change != .none || last.boot != reading.boot
                || reading.sinceBoot - last.sinceBoot >= Self.writingInterval
            if isNews { kept = trust }
            return (trust, change)
        }
    }

    /// Believes the clock as it is now.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func confirm() async throws {
        try await database.changeClock { [read] in $0 = ClockTrust(read()) }
    }
}
