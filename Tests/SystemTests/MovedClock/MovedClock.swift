import Foundation
import TestProcesses

/// A time of day that is wrong, for processes that are started with `environment`: a library of ours is preloaded there. What
/// runs since the machine's start (timers, waits) is right.
struct MovedClock {
    struct NotCompiled: Error, CustomStringConvertible {
        var description: String { "clang, of the Swift toolchain, did not compile moved_clock.c." }
    }

    private let file: URL
    private let library: URL

    init(_ home: Home) async throws {
        file = home.folder.appending(path: "clock")
        library = home.folder.appending(path: "moved-clock.so")
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "moved_clock.c")
        let compiled = try await ChildProcess.run(
            "clang", ["-shared", "-fPIC", "-O1", "-o", library.path, source.path])
        guard compiled.code == 0 else { throw NotCompiled() }
        try move(0)
    }

    /// - Parameter seconds: How far ahead of the right time it is from now on.
    func move(_ seconds: Int) throws { try Data("\(seconds)\n".utf8).write(to: file, options: .atomic) }

    var environment: [String: String] { ["LD_PRELOAD": library.path, "MOVED_CLOCK": file.path] }
}
