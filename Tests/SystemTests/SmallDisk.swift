import Foundation

/// A file system of its own in memory, small enough to be filled. Making one takes the rights of an administrator on Linux.
struct SmallDisk {
    static let isPossible: Bool = {
        guard let disk = try? SmallDisk(mebibytes: 1) else { return false }
        disk.remove()
        return true
    }()

    let folder: URL
    private var ballast: URL { folder.appending(path: "ballast") }

    init(mebibytes: Int) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lif-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard geteuid() == 0,
            Self.run("mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=0700", "tmpfs", folder.path)
        else {
            try? FileManager.default.removeItem(at: folder)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    func remove() {
        _ = Self.run("umount", "--lazy", folder.path)
        rmdir(folder.path)
    }

    /// Takes all the room that is left but so many bytes.
    func fill(leaving bytes: Int = 0) throws {
        let file = open(ballast.path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        let block = [UInt8](repeating: 0x20, count: 4_096)
        while write(file, block, block.count) == block.count {}
        guard errno == ENOSPC else { throw CocoaError(.fileWriteUnknown) }
        ftruncate(file, max(lseek(file, 0, SEEK_END) - bytes, 0))
    }

    /// Gives the room back.
    func empty() throws { try FileManager.default.removeItem(at: ballast) }

    private static func run(_ name: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardError = FileHandle.nullDevice
        // `waitUntilExit` can miss the end when many threads wait.
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        guard (try? process.run()) != nil else { return false }
        ended.wait()
        return process.terminationStatus == 0
    }
}
