#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file that SQLite has open. A file that was removed or replaced can still be written, but nobody would find what is
/// written: SQLite does not notice that in WAL mode.
struct StoreFile: Sendable {
    private let path: String
    private let identity: Identity?

    private struct Identity: Sendable, Equatable {
        let device: UInt64
        let inode: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    /// - Parameter path: Of a file that was just opened.
    init(_ path: String) {
        self.path = path
        identity = Identity(path)
    }

    /// Whether the path still leads to the file. Costs one system call.
    var isInPlace: Bool { Identity(path) == identity }
}
