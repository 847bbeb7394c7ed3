import CSpawn
import Foundation

/// Starting and ending processes, by the system's own calls.
enum Spawning {
    struct Failed: Error, CustomStringConvertible {
        let program: String
        let number: Int32

        var description: String { "\(program) could not be started: \(String(cString: strerror(number)))" }
    }

    /// - Parameters:
    ///   - words: The program, looked for in `PATH`, and its arguments.
    ///   - streams: Its three standard streams; without them it reads nothing and its output is thrown away.
    static func spawn(
        _ words: [String], environment: [String: String]? = nil, folder: String? = nil, streams: [Int32]? = nil
    ) throws -> pid_t {
        let variables = environment ?? ProcessInfo.processInfo.environment
        var id: pid_t = 0
        let result = withStrings(words) { words in
            withStrings(variables.map { "\($0.key)=\($0.value)" }) { spawn_alone(&id, words, $0, folder, streams) }
        }
        guard result == 0 else { throw Failed(program: words[0], number: result) }
        return id
    }

    /// Blocks until a process has ended, which stays known to the system.
    static func awaitEnd(of id: pid_t) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }

    /// Waits for the end of a process, which the system then forgets: its exit code, or the number of the signal that ended it.
    static func code(of id: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? (status >> 8) & 0xff : status & 0x7f
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
