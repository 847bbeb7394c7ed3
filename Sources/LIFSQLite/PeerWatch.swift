import Foundation
import Synchronization

/// Waits for the death of another process: a thread that blocks until the lock on that process's file can be had.
final class PeerWatch: Sendable {
    private struct State {
        var thread: pthread_t?
        var isStopped = false
        var isOver = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    /// - Returns: `nil` when there is no such file.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Whether nobody holds the lock now: the process is dead. To be asked before `start` only.
    var isFree: Bool { flock(descriptor, LOCK_SH | LOCK_NB) == 0 }

    /// Whether the path leads to the watched file.
    func isAt(_ path: String) -> Bool { FileIdentity(descriptor) == FileIdentity(path) }

    /// Begins to wait.
    ///
    /// - Parameter died: Called once on the thread when the lock is free, and never after `stop`.
    func start(_ died: @escaping @Sendable () -> Void) {
        InterruptingSignal.prepare()
        let thread = Thread { [self] in if wait() { died() } }
        thread.name = "lif-peer-watch"
        thread.stackSize = 256 << 10
        thread.start()
    }

    private func wait() -> Bool {
        InterruptingSignal.unblock()
        state.withLock { $0.thread = pthread_self() }
        var isFree = false
        while !isFree, !state.withLock({ $0.isStopped }) {
            isFree = flock(descriptor, LOCK_SH) == 0
            if !isFree, errno != EINTR { break }
        }
        return state.withLock { state in
            state.thread = nil
            state.isOver = true
            return isFree && !state.isStopped
        }
    }

    /// Ends the thread. It may need to be called again: a thread that is about to block does not feel the signal.
    ///
    /// - Returns: Whether the thread has ended.
    func stop() -> Bool {
        state.withLock { state in
            state.isStopped = true
            if let thread = state.thread { pthread_kill(thread, InterruptingSignal.number) }
            return state.isOver
        }
    }
}
