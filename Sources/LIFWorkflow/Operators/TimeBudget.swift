import Synchronization

/// A time to be used up that does not run while it is paused: waiting for one's turn is nobody's failure.
public final class TimeBudget: Sendable {
    private struct State {
        var left: Duration
        /// `nil` while it is paused.
        var runningSince: ContinuousClock.Instant?

        func left(at now: ContinuousClock.Instant) -> Duration {
            runningSince.map { left - $0.duration(to: now) } ?? left
        }
    }

    /// How much there was at the start.
    public let whole: Duration
    private let state: Mutex<State>

    /// It runs from now on.
    public init(_ whole: Duration) {
        self.whole = whole
        state = Mutex(State(left: whole, runningSince: .now))
    }

    /// What is not used up; below zero after the end.
    public var left: Duration { state.withLock { $0.left(at: .now) } }

    /// Does nothing when it is paused already.
    public func pause() {
        state.withLock { $0 = State(left: $0.left(at: .now), runningSince: nil) }
    }

    /// Does nothing when it is running.
    public func resume() {
        state.withLock { $0 = State(left: $0.left(at: .now), runningSince: .now) }
    }

    /// How much later than at its end a budget may be told to be used up that was paused.
    private static let longestLateness = Duration.milliseconds(250)

    /// Returns when it is used up, which it is not while it is paused.
    ///
    /// - Throws: `CancellationError`.
    func runOut() async throws {
        while true {
            let (left, isPaused) = state.withLock { ($0.left(at: .now), $0.runningSince == nil) }
            if left <= .zero, !isPaused { return }
            // At least as much time must go by, also when it is paused meanwhile.
            try await Task.sleep(for: max(left, isPaused ? Self.longestLateness : .milliseconds(1)))
        }
    }
}
