import Foundation

/// Keeps servers of version 2 from starting: a planner of that version holds `planner.lock` in the state folder (flock(2))
/// as long as it runs, and knows only its own tables. The operating system lets go of it when the process dies.
final class FormerServerLock: Sendable {
    static let fileName = "planner.lock"

    /// Less than 0 where no such server has ever run.
    private let descriptor: Int32

    /// - Returns: `nil` while one runs.
    init?(folder: String) {
        descriptor = open("\(folder)/\(Self.fileName)", O_RDWR | O_CLOEXEC)
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
