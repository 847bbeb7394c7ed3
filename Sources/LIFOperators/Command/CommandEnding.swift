import LIFModel

/// How a command ended, and what that means: the exit codes are those of `sysexits.h`.
enum CommandEnding: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)

    /// EX_NOUSER: the learner is not known.
    static let noUser = CommandEnding.exited(67)

    /// The failure that this ending shows; `nil` for success.
    func failure(of command: String) -> LIFError? {
        switch self {
        case .exited(0): nil
        case .exited(let code): Self.failure(of: command, code: code)
        case .signalled(let signal):
            .source(
                .sourceError,
                "The command \"\(command)\" was ended by the signal \(Self.name(of: signal)). \(Self.seeLog)",
                isRetryable: true)
        }
    }

    private static let seeLog = "What it wrote to standard error is in the job's log."

    private static func failure(of command: String, code: Int32) -> LIFError {
        let ended = "The command \"\(command)\" ended with exit code \(code)"
        return switch code {
        case 65:
            .source(.invalidAnswer, "\(ended): its source's data is not what it expects (EX_DATAERR). \(seeLog)")
        case 68, 69:
            .source(
                .unreachable,
                "\(ended): it cannot reach its source (\(code == 68 ? "EX_NOHOST" : "EX_UNAVAILABLE")). \(seeLog)",
                isRetryable: true)
        case 75:
            .source(
                .sourceError, "\(ended): a failure that may pass (EX_TEMPFAIL). \(seeLog)", isRetryable: true)
        case 77:
            .source(
                .refused,
                "\(ended): its source refused its credential (EX_NOPERM). Check the one it is given. \(seeLog)")
        case 126, 127:
            .source(
                .sourceError,
                "\(ended): most often a shell that cannot run a program. Check PATH in its \"environment\". \(seeLog)")
        default:
            .source(.sourceError, "\(ended). \(seeLog)")
        }
    }

    private static func name(of signal: Int32) -> String {
        let names: [Int32: String] = [
            1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
            11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
        ]
        return names[signal] ?? "\(signal)"
    }
}
