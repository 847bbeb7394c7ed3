import Foundation
import Synchronization

/// Lets the processes that share a store write by turns.
///
/// SQLite has no order: who finds the file locked tries again after a while, and a process that writes all the time has
/// locked it again by then. Here a process waits in an anteroom that has room for one, until the room is free; whoever
/// leaves the room and wants to come back finds the anteroom taken.
///
/// Only fairness depends on it. It waits for a limited time, because a process may be stopped in the middle; then SQLite's
/// own lock decides. After it has waited in vain it waits no more, until the room is free again.
final class WriteTurn: Sendable {
    static let names = ["write-next.lock", "write.lock"]

    private static let limit: Duration = .seconds(1)
    private static let pause: UInt32 = 500

    private let anteroom: Int32
    private let room: Int32
    private let hasWaitedInVain = Atomic(false)

    init(folder: String) {
        let descriptors = Self.names.map { open("\(folder)/\($0)", O_CREAT | O_RDWR | O_CLOEXEC, 0o600) }
        (anteroom, room) = (descriptors[0], descriptors[1])
    }

    deinit { for descriptor in [anteroom, room] where descriptor >= 0 { close(descriptor) } }

    /// Waits for the turn and then does the work.
    func take(_ work: () -> Void) {
        let end = ContinuousClock.now + (hasWaitedInVain.load(ordering: .relaxed) ? .zero : Self.limit)
        var isTurn = false
        if Self.lock(anteroom, until: end) {
            isTurn = Self.lock(room, until: end)
            flock(anteroom, LOCK_UN)
        }
        hasWaitedInVain.store(!isTurn, ordering: .relaxed)
        defer { flock(room, LOCK_UN) }
        work()
    }

    private static func lock(_ descriptor: Int32, until end: ContinuousClock.Instant) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < end else { return false }
            usleep(pause)
        }
        return true
    }
}
