import Foundation

/// A file system of its own in memory, small enough to be filled; gone with this object. Making one takes the rights of an
/// administrator on Linux.
final class SmallDisk: Sendable {
    /// Whether this process may.
    static let isPossible: Bool = (try? SmallDisk(mebibytes: 1)) != nil

    private let folder: TemporaryFolder
    private let filler: URL

    init(mebibytes: Int) throws {
        folder = try TemporaryFolder()
        filler = folder.file("filler")
        guard geteuid() == 0, Self.run("mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=0700", "tmpfs", path])
        else { throw CocoaError(.fileWriteNoPermission) }
    }

    deinit { _ = Self.run("umount", ["--lazy", path]) }

    private var path: String { folder.url.path(percentEncoded: false) }

    /// The folder of a store.
    var url: URL { folder.file("state") }

    /// Takes all the room that is left but so many bytes.
    func fill(leaving bytes: Int) throws {
        let file = open(filler.path(percentEncoded: false), O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        defer { close(file) }
        lseek(file, 0, SEEK_END)
        let block = [UInt8](repeating: 0x20, count: 4_096)
        var written = 0
        while write(file, block, block.count) == block.count { written += block.count }
        guard errno == ENOSPC else { throw CocoaError(.fileWriteUnknown) }
        let end = Int(lseek(file, 0, SEEK_END))
        ftruncate(file, off_t(max(end - bytes, 0)))
    }

    /// Gives the room back.
    func empty() throws { try FileManager.default.removeItem(at: filler) }

    /// Lets nobody write any more. Fails while a file is open for writing.
    func makeReadOnly() -> Bool { Self.run("mount", ["-o", "remount,ro", path]) }

    private static func run(_ name: String, _ arguments: [String]) -> Bool {
        ["/usr/bin/\(name)", "/bin/\(name)", "/sbin/\(name)"].first { FileManager.default.isExecutableFile(atPath: $0) }
            .map { ChildProcess.run($0, arguments) } ?? false
    }
}
