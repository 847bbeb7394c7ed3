#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a command has started and left behind: the rest of its process group, when the command itself is gone.
///
/// A process that made a session or a group of its own has left, and is not ended.
struct CommandProcessGroup {
    /// The number of the command's own process. While the group has a member the system gives it to no new process, and
    /// once it is free all other numbers are given out before it: signals sent soon reach nobody else.
    let id: pid_t

    /// Ends what is left.
    ///
    /// - Parameter deadline: Until then the members may end by themselves, as they were asked to with SIGTERM.
    func end(deadline: ContinuousClock.Instant?) async {
        if isEmpty { return }
        // Not in the calling task: most often that is cancelled, and would not wait.
        await Task {
            if let deadline {
                while ContinuousClock.now < deadline, !isEmpty { try? await Task.sleep(for: .milliseconds(5)) }
            }
            // Waited for only where this process inherits orphans (in a container, say) and has to bury them.
            for _ in 0..<100 where !isEmpty {
                kill(-id, SIGKILL)
                try? await Task.sleep(for: .milliseconds(5))
            }
        }.value
    }

    private var isEmpty: Bool {
        while waitpid(-id, nil, WNOHANG) > 0 {}
        return kill(-id, 0) != 0 && errno == ESRCH
    }
}
