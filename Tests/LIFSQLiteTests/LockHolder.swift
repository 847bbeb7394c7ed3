import Foundation
import LIFModel
import LIFTesting
import TestProcesses

@testable import LIFSQLite

/// Another process that holds a lease and never renews it.
final class LockHolder: Sendable {
    private static let program = "/usr/bin/flock"

    /// Needs the program `flock` of util-linux.
    static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let holder: RandomID
    private let path: String
    private let process: ChildProcess

    /// - Parameter path: Of the lease's file, named after the holder.
    init(at path: String) async throws {
        self.path = path
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        guard let holder = RandomID(name) else { throw CocoaError(.fileReadInvalidFileName) }
        self.holder = holder
        // As a real one does it: the file appears when it is locked.
        let hidden = path + ".hidden"
        process = try ChildProcess(Self.program, ["--no-fork", hidden, "sleep", "600"])
        try await eventually("the lock is held") { PeerWatch(hidden).map { !$0.isFree } ?? false }
        try FileManager.default.moveItem(atPath: hidden, toPath: path)
    }

    /// As `kill -9` does it.
    func kill() async {
        process.send(SIGKILL)
        _ = await process.exitCode()
    }

    /// What renewing the lease would do.
    func touch() {
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    }
}
