import Foundation

/// A lock of the operating system on a file or folder (flock(2)). It ends with this object, and when the process dies,
/// however it dies. It belongs to the opened file and not to the process: two locks of one process exclude each other.
final class FileLock: Sendable {
    let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        // Not by closing alone: a program that is being started at this moment has the file open too.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Waits for the lock on what exists at a path.
    ///
    /// - Returns: `nil` when it cannot be had in time.
    convenience init?(at path: String, waiting limit: TimeInterval) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let end = ContinuousClock.now + .seconds(limit)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < end else {
                close(descriptor)
                return nil
            }
            usleep(5_000)
        }
        self.init(descriptor)
    }

    /// Makes a file that is locked from the moment on at which others can see it.
    ///
    /// - Returns: `nil` when it cannot be made; `errno` says why.
    convenience init?(making path: String) {
        let hidden = path + Self.unfinished
        let descriptor = open(hidden, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename(hidden, path) == 0 else {
            let reason = errno
            unlink(hidden)
            close(descriptor)
            errno = reason
            return nil
        }
        self.init(descriptor)
    }

    /// The suffix of a file that is not locked yet.
    static let unfinished = ".new"

    /// Sets the file's modification time to now.
    func touch() { futimens(descriptor, nil) }

    /// Whether the path leads to the locked file.
    func isAt(_ path: String) -> Bool { FileIdentity(descriptor) == FileIdentity(path) }
}
