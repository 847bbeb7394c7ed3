/// Whether a request's body comes fast enough. Pure: times are passed in.
///
/// Only the time counts in which the server waits for the client: not when it has no room for more, or has not asked yet.
struct MinimumUploadRate: Sendable {
    /// How long a client may be waited for. Each KiB that comes gives a second back, and never more than this: what came fast
    /// earlier does not let a client hold its body for long later.
    static let grace = Duration.seconds(20)
    static let bytesPerSecond = 1_024

    private let grace: Duration
    /// How much longer the client could be waited for when it was waited for last.
    private var left: Duration
    private var waitingSince: ContinuousClock.Instant?

    init(grace: Duration = MinimumUploadRate.grace) {
        self.grace = grace
        left = grace
    }

    /// The server asks for more.
    mutating func expectMore(at now: ContinuousClock.Instant) { waitingSince = waitingSince ?? now }

    mutating func receive(_ count: Int, at now: ContinuousClock.Instant) {
        left = min(left - waited(at: now) + .seconds(Double(count) / Double(Self.bytesPerSecond)), grace)
        waitingSince = nil
    }

    /// How much longer the client may be waited for when nothing comes; zero or less when it is too slow. `nil` when the
    /// server does not wait for it.
    func patience(at now: ContinuousClock.Instant) -> Duration? { waitingSince == nil ? nil : left - waited(at: now) }

    private func waited(at now: ContinuousClock.Instant) -> Duration { waitingSince.map { now - $0 } ?? .zero }
}
