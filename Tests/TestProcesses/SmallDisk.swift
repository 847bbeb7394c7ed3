public import Foundation

/// A file system of its own in memory, small enough to be filled; gone with this object. Making one takes the rights of an
/// administrator on Linux.
public final class SmallDisk: Sendable {
    /// Whether this process may.
    public static let isPossible: Bool = (try? SmallDisk(mebibytes: 1)) != nil

    private let root: URL
    private var filler: URL { root.appending(path: "filler") }

    /// The folder of a store, which does not exist yet.
    public var state: URL { root.appending(path: "state") }

    /// - Throws: `CocoaError` where it is not possible.
    public init(mebibytes: Int) throws {
        root = FileManager.default.temporaryDirectory.appending(path: "lif-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        guard geteuid() == 0, mount("-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=0700", "tmpfs") else {
            rmdir(root.path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    deinit {
        _ = ChildProcess.succeeds("umount", ["--lazy", root.path])
        rmdir(root.path)
    }

    /// Takes all the room that is left but so many bytes.
    public func fill(leaving bytes: Int = 0) throws {
        let file = open(filler.path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        let block = [UInt8](repeating: 0x20, count: 4_096)
        while write(file, block, block.count) == block.count {}
        guard errno == ENOSPC else { throw CocoaError(.fileWriteUnknown) }
        ftruncate(file, max(lseek(file, 0, SEEK_END) - bytes, 0))
    }

    /// Gives the room back.
    public func empty() throws { try FileManager.default.removeItem(at: filler) }

    /// Lets nobody write any more. Fails while a file is open for writing.
    public func makeReadOnly() -> Bool { mount("-o", "remount,ro") }

    private func mount(_ arguments: String...) -> Bool { ChildProcess.succeeds("mount", arguments + [root.path]) }
}
