import LIFModel
import Synchronization

/// Says which refusals are logged for the administrator: of one kind once a minute, for each page of a large query is offered again
/// and again while an orchestrator is away.
final class PlanRefusalLog: Sendable {
    private static let interval = Duration.seconds(60)
    private let logged: Mutex<[LIFError.Code: ContinuousClock.Instant]> = Mutex([:])

    func isDue(_ error: LIFError, now: ContinuousClock.Instant = .now) -> Bool {
        logged.withLock { logged in
            if let last = logged[error.code], now - last < Self.interval { return false }
            logged[error.code] = now
            return true
        }
    }
}
