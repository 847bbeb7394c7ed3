public import Foundation

/// What the clocks of a machine show at one moment.
public struct ClockReading: Sendable, Hashable {
    /// The time of day; it may be set.
    public var wall: Date
    /// Since the machine was started, also while it slept; nobody sets it.
    public var sinceBoot: Duration
    /// Which start of the machine that was.
    public var boot: String

    /// Takes three values that were read at one moment; nothing is measured here.
    public init(wall: Date, sinceBoot: Duration, boot: String) {
        self.wall = wall
        self.sinceBoot = sinceBoot
        self.boot = boot
    }
}

extension ClockReading {
    /// By how much the time of day has gone on further since another reading of the same start than time has passed.
    fileprivate func ahead(of other: ClockReading) -> Duration {
        .seconds(wall.timeIntervalSince(other.wall)) - (sinceBoot - other.sinceBoot)
    }
}

/// Whether the time of day may be believed about how long something was kept. Pure: readings are passed in.
///
/// It is not believed after it was moved by more than `tolerance` against the clock that nobody sets, until it has been
/// steady for `probation` or someone confirms it. Small moves add up: each reading is compared with one that is up to
/// `probation` old. Between two starts of the machine nothing shows how much time has passed: a time of day that is earlier, or
/// later by more than `tolerance`, is not believed either.
public struct ClockTrust: Sendable, Hashable {
    /// How far the time of day may move.
    public static let tolerance: Duration = .seconds(3_600)
    /// How long it must have been steady after it was moved further.
    public static let probation: Duration = .seconds(86_400)

    /// What one reading shows.
    public enum Change: Sendable, Hashable {
        /// The time of day goes on as it should.
        case none
        /// By how much the time of day was moved; negative when it was set back.
        case moved(Duration)
        /// It was moved, and has been steady for `probation` since.
        case isSteadyAgain
    }

    /// The reading that was taken last.
    public private(set) var last: ClockReading
    /// The reading that others of the same start are compared with.
    public private(set) var anchor: ClockReading
    /// How long it has been steady since it was moved; `nil` when it is believed.
    public private(set) var steadyFor: Duration?

    /// Whether the time of day is believed at the last reading.
    public var isBelieved: Bool { steadyFor == nil }

    /// Starts from a reading of this machine, or goes on from what was kept before a restart.
    ///
    /// - Parameter last: The first reading, which is believed; or one that was kept, with `steadyFor` and `anchor`.
    public init(_ last: ClockReading, steadyFor: Duration? = nil, anchor: ClockReading? = nil) {
        self.last = last
        self.anchor = anchor ?? last
        self.steadyFor = steadyFor
    }

    /// Takes the next reading.
    public mutating func look(at reading: ClockReading) -> Change {
        let isSameBoot = reading.boot == last.boot && reading.sinceBoot >= last.sinceBoot
        let moved = isSameBoot ? reading.ahead(of: anchor) : .seconds(reading.wall.timeIntervalSince(last.wall))
        let passed = isSameBoot ? reading.sinceBoot - last.sinceBoot : .zero
        defer {
            last = reading
            if !isSameBoot || reading.sinceBoot - anchor.sinceBoot >= Self.probation { anchor = reading }
        }
        if moved > Self.tolerance || moved < (isSameBoot ? .zero - Self.tolerance : .seconds(-60)) {
            anchor = reading
            // A machine that is switched off every night would else never have been steady for long enough.
            let mayHaveBeenOff = !isSameBoot && moved > .zero
            steadyFor = mayHaveBeenOff ? steadyFor ?? .zero : .zero
            return .moved(moved)
        }
        guard let steady = steadyFor.map({ $0 + passed }) else { return .none }
        steadyFor = steady >= Self.probation ? nil : steady
        return steadyFor == nil ? .isSteadyAgain : .none
    }

    /// Someone says that the time of day is right.
    public mutating func confirm(_ reading: ClockReading) {
        self = ClockTrust(reading)
    }
}
