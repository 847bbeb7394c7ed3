import Foundation
import LIFModel

/// A file that is written beside its place and put there when it is whole; what is not put there is removed.
final class UnfinishedFile: Sendable {
    private static let ending = ".unfinished"
    private static let companions = ["", "-wal", "-shm", "-journal"]

    let path: String
    private let target: String

    /// Makes an empty file for its owner only, in the folder of its place.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`.
    init(for target: String) throws(LIFError) {
        self.target = target
        let url = URL(fileURLWithPath: target)
        let name = ".\(url.lastPathComponent).\(RandomID().logLabel)\(Self.ending)"
        path = url.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(target) }
        close(descriptor)
    }

    deinit { for suffix in Self.companions { unlink(path + suffix) } }

    /// Whether a file is an unfinished one for that place, or beside one.
    static func isName(_ name: String, of target: String) -> Bool {
        name.hasPrefix(".\(target).") && companions.contains { name.hasSuffix(ending + $0) }
    }

    private static func failure(_ target: String) -> LIFError {
        LIFError(
            .configurationNotValid,
            "The file \"\(target)\" cannot be written (\(String(cString: strerror(errno)))). Choose a folder that is there, "
                + "that this process may write to, and that has room.", blame: .us)
    }

    /// Puts the file in its place once it is on the disk. At each moment there is the former file or the new one.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`, also when there is a file already and it may not be replaced.
    func finish(replacing: Bool) throws(LIFError) {
        guard Self.synchronize(path) else { throw Self.failure(target) }
        if !replacing, link(path, target) != 0 {
            if errno == EEXIST { throw Self.exists(target) }
            // A file system without links.
            guard FileIdentity(target) == nil else { throw Self.exists(target) }
            guard rename(path, target) == 0 else { throw Self.failure(target) }
        }
        if replacing, rename(path, target) != 0 { throw Self.failure(target) }
        _ = Self.synchronize(URL(fileURLWithPath: target).deletingLastPathComponent().path(percentEncoded: false))
    }

    static func exists(_ target: String) -> LIFError {
        LIFError(
            .configurationNotValid,
            "There is a file \"\(target)\" already. Choose another name, or give --overwrite to replace it.", blame: .us
        )
    }

    /// Waits until a file or folder is on the disk. Only for a file that is not open in SQLite.
    static func synchronize(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}
