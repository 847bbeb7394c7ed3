import Foundation
import LIFModel

/// The file by which a server in the background is found and stopped: its process id, locked for as long as it lives.
final class PidFile: Sendable {
    private let descriptor: Int32

    /// Writes this process's id. The lock goes with the process, however it dies.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when another process has the file, and when it cannot be written.
    init(writing path: String) throws(LIFError) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LIFError(
                .configurationNotValid,
                "The file \(path) cannot be written (\(String(cString: strerror(errno)))). Choose another for the process id.",
                blame: .us)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw LIFError(
                .configurationNotValid, "A server is running with \(path) already. `lif stop` stops it.", blame: .us)
        }
        ftruncate(descriptor, 0)
        let text = "\(ProcessInfo.processInfo.processIdentifier)\n"
        _ = text.withCString { write(descriptor, $0, text.utf8.count) }
        self.descriptor = descriptor
    }

    // The file stays, empty: another process may be waiting for its lock.
    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    static func path(stateDirectory: String, role: Role?) -> String {
        URL(filePath: stateDirectory).appending(path: role.map { "lif-\($0.rawValue).pid" } ?? "lif.pid").path
    }

    /// The process that has the file; `nil` when none has.
    static func owner(_ path: String) -> pid_t? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return pid_t(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Returns when nobody has the file any more.
    static func waitUntilFree(_ path: String) async {
        await withCheckedContinuation { continuation in
            // A thread of its own: it blocks in flock until the process has gone.
            Thread.detachNewThread {
                let descriptor = open(path, O_RDONLY | O_CLOEXEC)
                if descriptor >= 0 {
                    while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
                    close(descriptor)
                }
                continuation.resume()
            }
        }
    }
}
