import Foundation
import LIFModel
import Synchronization

/// What shows that a store is open: each `LIFDatabase` holds a shared lock on a file of the folder for as long as it may
/// write, so that who replaces the store finds out. The operating system lets go of it when the process dies.
final class StoreLock: Sendable {
    static let fileName = "store.lock"

    private let descriptor: Mutex<Int32>

    /// Notes that the store is open.
    ///
    /// Where the file cannot be made, because the folder is read-only or the disk full, there is no lock: opening the store
    /// says then what is wrong.
    ///
    /// - Throws: `LIFError` `OutputQueueNotAvailableException` while the store is being restored.
    init(sharing folder: String) throws(LIFError) {
        let descriptor = Self.open(folder)
        self.descriptor = Mutex(descriptor)
        guard descriptor >= 0, flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
        throw LIFError(
            .outputQueueNotAvailableException,
            "The store in \"\(folder)\" is being restored. Try again when that has ended.",
            blame: .us, isRetryable: true)
    }

    /// Keeps everyone from opening the store.
    ///
    /// - Returns: `nil` while anyone has it open, or when there can be no lock.
    init?(excluding folder: String) {
        let descriptor = Self.open(folder)
        self.descriptor = Mutex(descriptor)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit { release() }

    private static func open(_ folder: String) -> Int32 {
        Foundation.open("\(folder)/\(fileName)", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    }

    /// A second call does nothing.
    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 {
                // Not by closing alone: a program that is being started at this moment has the file open too.
                flock(descriptor, LOCK_UN)
                close(descriptor)
            }
            descriptor = -1
        }
    }
}
