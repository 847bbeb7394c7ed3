public import Foundation
import GRDB
public import LIFModel
import Synchronization

/// What the processes on a store have seen of the machine's clock together: one that starts knows what the others saw, and
/// what was seen before it was stopped.
public final class SQLiteRetentionClock: RetentionClock {
    /// How often a reading is written that changes nothing.
    private static let writingInterval: Duration = .seconds(60)

    private let database: LIFDatabase
    private let read: @Sendable () -> ClockReading
    private let changed: @Sendable (ClockTrust.Change) -> Void
    /// What this process has told.
    private let known = Mutex<Duration?>(nil)

    /// A clock over an open database, which keeps what the clock has shown.
    ///
    /// - Parameters:
    ///   - read: Reads the clocks of the machine.
    ///   - changed: Told when the time of day is not believed from now on, or is again; also of what another process on the
    ///     store has found.
    public init(
        _ database: LIFDatabase, read: @escaping @Sendable () -> ClockReading = { .current },
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

    /// Reads the clock behind what was kept, and not before: another process may have kept a later reading meanwhile, against
    /// which this one would have gone back.
    private func next() async throws -> (ClockTrust, ClockTrust.Change) {
        if var trust = try await database.load({ try Self.kept($0) }) {
            let (last, reading) = (trust.last, read())
            let change = trust.look(at: reading)
            if change == .none, last.boot == reading.boot, reading.sinceBoot - last.sinceBoot < Self.writingInterval {
                return (trust, change)
            }
        }
        return try await database.store { [read] database in
            let reading = read()
            guard var trust = try Self.kept(database) else {
                let trust = ClockTrust(reading)
                try Self.keep(trust, database)
                return (trust, .none)
            }
            let change = trust.look(at: reading)
            try Self.keep(trust, database)
            return (trust, change)
        }
    }

    /// Believes the clock as it is now.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func confirm() async throws {
        try await database.store { [read] in try Self.keep(ClockTrust(read()), $0) }
    }

    private static func kept(_ database: Database) throws -> ClockTrust? {
        let statement = try database.cachedStatement(
            sql: "SELECT wall, monotonic, boot, steady_for, anchor_wall, anchor_monotonic FROM clock")
        guard let row = try Row.fetchOne(statement), let wall = row.date(0), let anchor = row.date(4) else {
            return nil
        }
        return ClockTrust(
            ClockReading(wall: wall, sinceBoot: .seconds(row[1] as Double), boot: row[2]),
            steadyFor: (row[3] as Double?).map { .seconds($0) },
            anchor: ClockReading(wall: anchor, sinceBoot: .seconds(row[5] as Double), boot: row[2]))
    }

    private static func keep(_ trust: ClockTrust, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO clock (id, wall, monotonic, boot, steady_for, anchor_wall, anchor_monotonic)
            VALUES (1, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET wall = excluded.wall, monotonic = excluded.monotonic, boot = excluded.boot,
                steady_for = excluded.steady_for, anchor_wall = excluded.anchor_wall,
                anchor_monotonic = excluded.anchor_monotonic
            """,
            [
                trust.last.wall.column, trust.last.sinceBoot.inSeconds, trust.last.boot, trust.steadyFor?.inSeconds,
                trust.anchor.wall.column, trust.anchor.sinceBoot.inSeconds,
            ])
    }
}

extension ClockReading {
    /// What this machine's clocks show.
    public static var current: ClockReading {
        var time = timespec()
        #if os(Linux)
            clock_gettime(CLOCK_BOOTTIME, &time)
        #else
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        return ClockReading(
            wall: Date(), sinceBoot: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec), boot: boot.trimmed)
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
