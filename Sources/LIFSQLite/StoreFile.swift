/// The file that SQLite has open. One that was removed or replaced can still be written, but nobody would find what is
/// written: in WAL mode SQLite does not notice.
struct StoreFile: Sendable {
    private let path: String
    private let identity: FileIdentity?

    /// - Parameter path: Of a file that was just opened.
    init(_ path: String) {
        self.path = path
        identity = FileIdentity(path)
    }

    /// Whether a path leads to the file.
    func isAt(_ path: String) -> Bool { identity != nil && FileIdentity(path) == identity }

    /// Whether the path still leads to the file. Costs one system call.
    var isInPlace: Bool { FileIdentity(path) == identity }
}
