import Foundation
import TestProcesses

/// A `lif` process. It ends with the test: by `stop`, with this object, or because the pipe at its standard input closes.
final class LIFProcess: Sendable {
    struct DidNotSay: Error, CustomStringConvertible {
        let description: String
    }

    private let process: ChildProcess

    static var executable: URL {
        checkout.appending(path: ".build/debug/lif")
    }

    static var checkout: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// - Parameter descriptors: That the process may have; as many as this one when `nil`.
    init(
        _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil, descriptors: Int? = nil
    ) throws {
        var words = [Self.executable.path] + arguments
        if let descriptors { words = ["/bin/sh", "-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\""] + words }
        process = try ChildProcess(
            words[0], Array(words.dropFirst()), environment: Self.environment(environment), folder: folder)
    }

    private static func environment(_ more: [String: String]) -> [String: String] {
        ["PATH": "/usr/bin:/bin"].merging(more) { _, new in new }
    }

    var output: String { process.output }
    var errors: String { process.errors }
    var identifier: Int32 { process.id }
    var isRunning: Bool { process.isRunning }

    /// The text that follows `prefix` on a complete line of standard output, waited for.
    func said(_ prefix: String) async throws -> String {
        if let text = await process.line(after: prefix) { return text }
        throw DidNotSay(description: "lif ended without saying \"\(prefix)…\": \(errors)")
    }

    /// Waits for the end.
    func exitCode() async -> Int32 { await process.exitCode() }

    /// SIGTERM, and waits for the end.
    @discardableResult
    func stop() async -> Int32 {
        process.send(SIGTERM)
        return await exitCode()
    }

    /// kill -9, and waits for the end.
    func killHard() async {
        process.send(SIGKILL)
        _ = await exitCode()
    }

    /// What a person wants to know of it when a test has failed.
    func lastWords() async -> String {
        let end = isRunning ? "runs" : "ended with \(await exitCode())"
        return "process \(identifier) \(end): \(errors.split(separator: "\n").suffix(8).joined(separator: "\n"))"
    }

    /// Runs a command to its end.
    ///
    /// - Parameter input: All of its standard input; `nil` for one that stays open.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil, input: String? = nil
    ) async throws -> (code: Int32, output: String, errors: String) {
        try await ChildProcess.run(
            executable.path, arguments, environment: Self.environment(environment), folder: folder,
            input: input.map { Array($0.utf8) })
    }
}
