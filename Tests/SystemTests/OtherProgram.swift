import Foundation
import TestProcesses

/// A program that is not ours and uses the store: Python, with the SQLite in its standard library.
final class OtherProgram: Sendable {
    static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    private let process: ChildProcess

    /// - Parameter script: Has the store's connection as `store`. It prints a line when it has done its work, and may wait for its
    ///   standard input to end.
    init(_ script: String, store: URL) throws {
        let head = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)

            """
        process = try ChildProcess("/usr/bin/python3", ["-c", head + script, store.path])
    }

    var identifier: pid_t { process.id }

    /// The first line that it prints.
    func line() async -> String { await process.line() ?? "" }

    /// Ends its standard input, and waits for its end.
    func finish() async {
        process.closeInput()
        _ = await process.exitCode()
    }
}
