import Foundation

/// A program that is not ours and uses the store: Python, with the SQLite in its standard library.
final class OtherProgram: Sendable {
    static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let end: AsyncStream<Void>

    /// - Parameter script: Has the store's connection as `store`. It prints a line when it has done its work, and may wait for its
    ///   standard input to end.
    init(_ script: String, store: URL) throws {
        let head = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)

            """
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", head + script, store.path]
        process.standardInput = input
        process.standardOutput = output
        // `waitUntilExit` can miss the end when many threads wait.
        let (end, continuation) = AsyncStream.makeStream(of: Void.self)
        self.end = end
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
    }

    /// The first line that it prints.
    func line() async -> String {
        await withCheckedContinuation { continuation in
            // A thread of its own: reading a pipe blocks.
            Thread.detachNewThread { [self] in
                let data = output.fileHandleForReading.availableData
                let text = String(decoding: data, as: UTF8.self)
                continuation.resume(returning: text.trimmingCharacters(in: .newlines))
            }
        }
    }

    /// Ends its standard input, and waits for its end.
    func finish() async {
        try? input.fileHandleForWriting.close()
        for await _ in end {}
    }
}
