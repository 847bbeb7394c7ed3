import LIFModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How the file of a source's database can be opened without anything being written beside it.
///
/// SQLite makes `-wal` and `-shm` next to a database in WAL mode whoever opens it, and fails where it may not. Without a
/// log, all data is in the file itself, and SQLite can be told that it does not change ("immutable"): then it neither
/// locks nor writes. That nobody did change it is seen afterwards. With a log its writer is at work, and has made both.
struct SQLFile: Sendable {
    private struct Stamp: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
            size = Int64(status.st_size)
            #if canImport(Darwin)
                let changed = status.st_mtimespec
            #else
                let changed = status.st_mtim
            #endif
            seconds = Int(changed.tv_sec)
            nanoseconds = Int(changed.tv_nsec)
        }
    }

    private let path: String
    private let stamp: Stamp
    private let isImmutable: Bool

    /// - Throws: `OperatorException` for a file that cannot be read, or one with a log that only a writer could take up.
    init(path: String) throws(LIFError) {
        // SQLite looks for the log beside the file itself, not beside a link to it.
        let real = realpath(path, nil)
        defer { free(real) }
        guard let real else { throw FileFailure.unreadable("The database of this source", errno) }
        self.path = String(cString: real)
        guard let status = Self.status(self.path) else {
            throw FileFailure.unreadable("The database of this source", errno)
        }
        stamp = Stamp(status)
        let hasLog = Self.status(self.path + "-wal").map { $0.st_size > 0 } ?? false
        if hasLog, Self.status(self.path + "-shm") == nil {
            throw LIFError.source(
                .sourceError,
                "The database of this source has a log (-wal) that its writer left without its index (-shm). Open the "
                    + "database once with the program that writes it, or copy it together with both files.")
        }
        isImmutable = hasLog ? false : try Self.isInWALMode(self.path)
    }

    /// What SQLite is asked to open.
    var address: String {
        guard isImmutable else { return path }
        return "file://" + path.addressEncoded + "?immutable=1"
    }

    /// Whether what was read without a lock may not be one state of the database.
    func hasChanged() throws(LIFError) -> Bool {
        guard isImmutable else { return false }
        guard let status = Self.status(path) else { return true }
        return Stamp(status) != stamp
    }

    /// The two bytes of the file's header that say how it is written and read: 2 stands for a log (SQLite's file format,
    /// 1.3.3).
    private static func isInWALMode(_ path: String) throws(LIFError) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw FileFailure.unreadable("The database of this source", errno) }
        defer { close(file) }
        var versions: [UInt8] = [0, 0]
        return pread(file, &versions, 2, 18) == 2 && versions == [2, 2]
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}

extension String {
    /// A path as it stands in the URI of a file: `?`, `#` and `%` would mean something else.
    fileprivate var addressEncoded: String {
        replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
    }
}
