import LIFConcurrency

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process group that a command leads: itself and what it has started. A process that made a session or a group of
/// its own has left, and is not ended with it.
///
/// Signals are sent only while the command's own process is there, running or not collected yet: until then its number,
/// which is the group's, is nobody else's.
struct CommandProcessGroup {
    /// The number of the command's own process.
    let id: pid_t

    /// Waits until the command's own process has ended; it is not collected.
    ///
    /// - Throws: `CancellationError`.
    func waitUntilCommandEnds() async throws {
        // The end of its output has been seen, so it is most often a matter of microseconds.
        let looks = RetryPolicy(first: .microseconds(50), longest: .milliseconds(20))
        var count = 0
        while !ProcessTable.hasEnded(id) {
            count += 1
            try await Task.sleep(for: looks.pause(after: count))
        }
    }

    /// Asks all members to end, and ends those that have not after the grace.
    func stop(grace: Duration) async {
        kill(-id, SIGTERM)
        await waitUntilGone(.now + grace)
        kill(-id, SIGKILL)
        // Only what hangs in the kernel takes longer.
        await waitUntilGone(.now + .milliseconds(500))
    }

    /// Ends what the command, itself ended, has left behind.
    func endRest() { kill(-id, SIGKILL) }

    /// Waits until those are gone who have got a SIGKILL. The command's own process is collected already.
    func settle() async {
        if kill(-id, 0) != 0, errno == ESRCH { return }
        await waitUntilGone(.now + .milliseconds(500))
        // Where this process inherits orphans, as the first one in a container does, the dead are its to collect.
        while waitpid(-id, nil, WNOHANG) > 0 {}
    }

    private func waitUntilGone(_ deadline: ContinuousClock.Instant) async {
        // Not in the calling task: most often that is cancelled, and would not wait.
        await Task {
            var members = ProcessTable.members(of: id)
            while !members.isEmpty, ContinuousClock.now < deadline {
                try? await Task.sleep(for: .milliseconds(2))
                members.removeAll { !ProcessTable.isMember($0, of: id) }
                // One that has ended may have started another before.
                if members.isEmpty { members = ProcessTable.members(of: id) }
            }
        }.value
    }
}
