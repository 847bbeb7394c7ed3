/// Whether a request's body comes fast enough. Pure: times are passed in.
///
/// Only the time counts in which the server waits for the client: not when it has no room for more, or has not asked yet.
struct BodyPace: Sendable {
    /// How long a client may be waited for, whatever it sends. Above that each second needs `bytesPerSecond` more.
    static let grace = Duration.seconds(20)
    static let bytesPerSecond = 1_024

    private let grace: Duration
    private var waited = Duration.zero
    private var waitingSince: ContinuousClock.Instant?
    private var bytes = 0

    init(grace: Duration = BodyPace.grace) { self.grace = grace }

    /// The server asks for more.
    mutating func expectMore(at now: ContinuousClock.Instant) { waitingSince = waitingSince ?? now }

    mutating func receive(_ count: Int, at now: ContinuousClock.Instant) {
        bytes += count
        waited = waited(at: now)
        waitingSince = nil
    }

    /// How much longer the client may be waited for when nothing comes; zero or less when it is too slow. `nil` when the
    /// server does not wait for it.
    func patience(at now: ContinuousClock.Instant) -> Duration? {
        if waitingSince == nil { return nil }
        return grace + .seconds(Double(bytes) / Double(Self.bytesPerSecond)) - waited(at: now)
    }

    private func waited(at now: ContinuousClock.Instant) -> Duration {
        waited + (waitingSince.map { now - $0 } ?? .zero)
    }
}
