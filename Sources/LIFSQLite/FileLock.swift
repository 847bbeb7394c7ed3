#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A lock of the operating system on a file or folder (flock(2)). It ends when it is released, and when the process dies,
/// however it dies. It belongs to the opened file and not to the process: two locks of one process exclude each other.
final class FileLock: Sendable {
    let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Waits for the lock on what exists at a path.
    ///
    /// - Returns: `nil` when it cannot be had at all.
    convenience init?(waitingFor path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                close(descriptor)
                return nil
            }
        }
        self.init(descriptor: descriptor)
    }
}
