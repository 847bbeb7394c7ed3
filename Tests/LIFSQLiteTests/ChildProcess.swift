import Foundation
import Synchronization

/// A process that ends with this object.
final class ChildProcess: Sendable {
    /// `nil` when it has ended.
    private let id: Mutex<pid_t?>

    init(_ program: String, _ arguments: [String]) throws {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        guard posix_spawn(&id, program, nil, nil, words, environ) == 0 else { throw CocoaError(.executableLoad) }
        self.id = Mutex(id)
    }

    deinit { kill() }

    /// As `kill -9` does it.
    func kill() {
        id.withLock { id in
            guard let running = id else { return }
            Foundation.kill(running, SIGKILL)
            waitpid(running, nil, 0)
            id = nil
        }
    }

    /// Runs a program to its end.
    ///
    /// - Returns: Whether it ended well.
    static func run(_ program: String, _ arguments: [String]) -> Bool {
        guard let process = try? ChildProcess(program, arguments) else { return false }
        return process.id.withLock { id in
            var status: Int32 = -1
            if let running = id { waitpid(running, &status, 0) }
            id = nil
            return status == 0
        }
    }
}
