public import Foundation
import Synchronization

/// A program that a test runs. It ends with this object, and its standard input ends with the tests' process.
///
/// It has its three standard streams and nothing else of this process: with Foundation's `Process` a child can inherit the
/// pipes of another that is started at the same moment, and the end of that one is then noticed when both have ended.
public final class ChildProcess: Sendable {
    /// The process id.
    public let id: pid_t
    private let input: Mutex<FileDescriptor?>
    private let progress = Progress()

    /// - Parameters:
    ///   - program: A path, or a name that is looked for in `PATH`.
    ///   - environment: All of it; this process's own when `nil`.
    ///   - lifetime: After so many seconds it is killed: one that hangs fails its test, and does not hang it.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, folder: URL? = nil,
        lifetime: Int = 300
    ) throws {
        let (standardInput, output, errors) = (try OSPipe(), try OSPipe(), try OSPipe())
        id = try Spawning.spawn(
            [program] + arguments, environment: environment, folder: folder?.path,
            streams: [standardInput.reading.number, output.writing.number, errors.writing.number])
        input = Mutex(standardInput.writing)
        // Threads of their own, since reading a pipe and waiting for an end block.
        let (id, progress) = (id, progress)
        let (outputEnd, errorsEnd) = (output.reading, errors.reading)
        Thread.detachNewThread {
            outputEnd.readAll { bytes in progress.change { $0.take(bytes) } }
            progress.change { $0.hasOutputEnded = true }
        }
        Thread.detachNewThread {
            errorsEnd.readAll { bytes in progress.change { $0.errors += bytes } }
            progress.change { $0.haveErrorsEnded = true }
        }
        Thread.detachNewThread {
            Spawning.awaitEnd(of: id)
            progress.change { $0.code = Spawning.code(of: id) }
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(lifetime)) { [weak self] in
            self?.send(SIGKILL)
        }
    }

    deinit { send(SIGKILL) }

    /// Runs a program to its end, on this thread: for those that end at once.
    ///
    /// - Returns: Whether it ended well.
    public static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        guard let id = try? Spawning.spawn([program] + arguments) else { return false }
        return Spawning.code(of: id) == 0
    }

    /// What it wrote to standard output so far.
    public var output: String { progress.now.lines.joined(separator: "\n") }

    /// What it wrote to standard error so far.
    public var errors: String { String(decoding: progress.now.errors, as: UTF8.self) }

    /// Whether it has not ended.
    public var isRunning: Bool { progress.now.code == nil }

    /// Sends a signal; nothing when it has ended.
    public func send(_ signal: Int32) {
        progress.change { if $0.code == nil { kill(id, signal) } }
    }

    /// Writes to its standard input.
    public func write(_ bytes: [UInt8]) { input.withLock { $0?.write(bytes) } }

    /// Ends its standard input.
    public func closeInput() { input.withLock { $0 = nil } }

    /// The first complete line of standard output that begins so, without its beginning, waited for.
    ///
    /// - Returns: `nil` when its output ended without one, or the task was cancelled.
    public func line(after prefix: String = "") async -> String? {
        await progress.until { $0.hasOutputEnded || $0.line(after: prefix) != nil }
        return progress.now.line(after: prefix)
    }

    /// Waits for the end.
    ///
    /// - Returns: The exit code, or the number of the signal that ended it; -1 when the task was cancelled before.
    public func exitCode() async -> Int32 {
        await progress.until { $0.code != nil }
        return progress.now.code ?? -1
    }

    /// Waits for the end, and for that of what it writes.
    public func finished() async -> (code: Int32, output: String, errors: String) {
        let code = await exitCode()
        await progress.until { $0.hasOutputEnded && $0.haveErrorsEnded }
        return (code, output, errors)
    }

    /// Runs a program to its end.
    ///
    /// - Parameter input: All of its standard input; `nil` for one that stays open.
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, folder: URL? = nil,
        input: [UInt8]? = nil
    ) async throws -> (code: Int32, output: String, errors: String) {
        let process = try ChildProcess(program, arguments, environment: environment, folder: folder)
        if let input {
            process.write(input)
            process.closeInput()
        }
        return await process.finished()
    }
}
