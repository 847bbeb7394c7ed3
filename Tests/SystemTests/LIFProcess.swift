import Foundation
import Synchronization

/// A `lif` process. It ends with the test: by `stop`, or because the pipe at its standard input closes.
final class LIFProcess: Sendable {
    struct DidNotSay: Error, CustomStringConvertible {
        let description: String
    }

    private struct State {
        var lines: [String] = []
        var errors = Data()
        var isEnded = false
        var haveErrorsEnded = false
        var code: Int32?
        var waiters: [@Sendable () -> Void] = []

        func line(after prefix: String) -> String? {
            lines.dropLast().first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        }
    }

    private let process = Process()
    private let input = Pipe()
    private let state = Mutex(State())

    static var executable: URL {
        checkout.appending(path: ".build/debug/lif")
    }

    static var checkout: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// - Parameter descriptors: That the process may have; as many as this one when `nil`.
    init(
        _ arguments: [String], of executable: URL = executable, environment: [String: String] = [:],
        folder: URL? = nil, descriptors: Int? = nil
    ) throws {
        let output = Pipe()
        let errors = Pipe()
        if let descriptors {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments =
                ["-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\"", executable.path] + arguments
        } else {
            process.executableURL = executable
            process.arguments = arguments
        }
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { _, new in new }
        process.currentDirectoryURL = folder
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        // Waiting for the end in a thread of one's own can miss it.
        process.terminationHandler = { [weak self] process in
            let code = process.terminationStatus
            self?.change { $0.code = code }
        }
        try process.run()
        // One that hangs fails its test, and does not hang it.
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(300)) { [weak self] in
            guard let self, isRunning else { return }
            kill(identifier, SIGKILL)
        }
        // Threads of their own, since reading a pipe blocks.
        let (lines, log) = (output.fileHandleForReading.fileDescriptor, errors.fileHandleForReading.fileDescriptor)
        Thread.detachNewThread { [self] in
            withExtendedLifetime(output) { read(lines) { take($0) } }
            change { $0.isEnded = true }
        }
        Thread.detachNewThread { [self] in
            withExtendedLifetime(errors) { read(log) { data in change { $0.errors.append(data) } } }
            change { $0.haveErrorsEnded = true }
        }
    }

    private func read(_ descriptor: Int32, _ take: (Data) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count <= 0 { return }
            take(Data(buffer[0..<count]))
        }
    }

    private func take(_ data: Data) {
        change { state in
            let parts = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index == 0, !state.lines.isEmpty {
                    state.lines[state.lines.count - 1] += part
                } else {
                    state.lines.append(String(part))
                }
            }
        }
    }

    private func change(_ body: (inout sending State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter() }
    }

    var output: String { state.withLock { $0.lines.joined(separator: "\n") } }
    var errors: String { state.withLock { String(decoding: $0.errors, as: UTF8.self) } }
    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// The text that follows `prefix` on a complete line of standard output, waited for.
    func said(_ prefix: String) async throws -> String {
        await until { $0.isEnded || $0.line(after: prefix) != nil }
        guard let text = state.withLock({ $0.line(after: prefix) }) else {
            throw DidNotSay(description: "lif ended without saying \"\(prefix)…\": \(errors)")
        }
        return text
    }

    /// Waits for the end.
    func exitCode() async -> Int32 {
        await until { $0.code != nil }
        return state.withLock { $0.code ?? -1 }
    }

    /// SIGTERM, and waits for the end.
    @discardableResult
    func stop() async -> Int32 {
        kill(identifier, SIGTERM)
        return await exitCode()
    }

    /// kill -9, and waits for the end.
    func killHard() async {
        kill(identifier, SIGKILL)
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
        _ arguments: [String], of executable: URL = executable, environment: [String: String] = [:],
        folder: URL? = nil, input: String? = nil
    ) async throws -> (code: Int32, output: String, errors: String) {
        let process = try LIFProcess(arguments, of: executable, environment: environment, folder: folder)
        if let input {
            try process.input.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try process.input.fileHandleForWriting.close()
        }
        let code = await process.exitCode()
        await process.outputEnded()
        return (code, process.output, process.errors)
    }

    private func outputEnded() async {
        await until { $0.isEnded && $0.haveErrorsEnded }
    }

    private func until(_ isSo: @escaping @Sendable (State) -> Bool) async {
        while !state.withLock({ isSo($0) }) {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if isSo(state) {
                        continuation.resume()
                    } else {
                        state.waiters.append { continuation.resume() }
                    }
                }
            }
        }
    }
}
