import Foundation
import LIFModel

/// A server in a session of its own, which lives on when the terminal closes.
struct BackgroundProcess {
    let pid: pid_t
    /// What it says on standard output, until it is ready or ends.
    let output: FileHandle

    /// - Parameter log: Where its standard error goes, appended; made for its owner only.
    /// - Throws: `LIFError` `ConfigurationNotValid`.
    init(_ arguments: [String], log: String) throws(LIFError) {
        var ends: [Int32] = [-1, -1]
        let errors = open(log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard errors >= 0, pipe(&ends) == 0 else {
            throw LIFError(.configurationNotValid, "The log file \(log) cannot be written.", blame: .us)
        }
        defer {
            close(errors)
            close(ends[1])
        }
        output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        Self.keepDescriptorsFromChildren()
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // A child inherits the signals that its parent blocks; a server must hear SIGTERM.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(Self.newSession | POSIX_SPAWN_SETSIGMASK))
        let executable = Self.executable
        var texts: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        texts.append(nil)
        defer { for text in texts { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, executable, &actions, &attributes, texts, environ)
        guard code == 0 else {
            throw LIFError(
                .configurationNotValid, "The server cannot be started: \(String(cString: strerror(code))).", blame: .us)
        }
        pid = child
    }

    /// What is open here, also by whoever ran this command, is not for a server that outlives both: who waits for the end of a
    /// pipe or socket would wait for the server's.
    private static func keepDescriptorsFromChildren() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// `POSIX_SPAWN_SETSID`; Glibc's header hides it from programs that do not ask for GNU's extensions.
    private static let newSession: Int32 = {
        #if os(Linux)
            0x80
        #else
            POSIX_SPAWN_SETSID
        #endif
    }()

    private static var executable: String {
        #if os(Linux)
            "/proc/self/exe"
        #else
            Bundle.main.executablePath ?? CommandLine.arguments[0]
        #endif
    }

    /// The lines that it says; they end with it.
    var lines: AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let descriptor = output.fileDescriptor
        let output = output
        // A thread of its own: reading a pipe blocks.
        Thread.detachNewThread {
            var text = ""
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count <= 0 { break }
                text += String(decoding: buffer[..<count], as: UTF8.self)
                while let end = text.firstIndex(of: "\n") {
                    continuation.yield(String(text[..<end]))
                    text = String(text[text.index(after: end)...])
                }
            }
            withExtendedLifetime(output) { continuation.finish() }
        }
        return stream
    }
}
