import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets commands of this process start one after another, and only while file descriptors are left.
///
/// Starting many at once gains nothing (the subprocess library starts them on one thread) and opens the descriptors of
/// all of them early. Without descriptors the library may trap or wait for ever, so they are counted before.
final class CommandStarts: Sendable {
    static let shared = CommandStarts()

    /// More than one start opens: two pipes, the process, the directory, and `/dev/null`s.
    private static let needed = 16

    private struct State {
        var isBusy = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Those before it have had their turn.
        var next = 0
    }

    private let state = Mutex(State())

    /// Waits for the turn. `leave()` must follow, whatever happens. A turn is short (milliseconds), so a cancelled task
    /// waits for it too.
    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isBusy {
                    state.waiting.append(continuation)
                    return false
                }
                state.isBusy = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.next < state.waiting.count else {
                state = State()
                return nil
            }
            let next = state.waiting[state.next]
            state.next += 1
            if state.next > 64, state.next * 2 > state.waiting.count {
                state.waiting.removeFirst(state.next)
                state.next = 0
            }
            return next
        }
        next?.resume()
    }

    /// Whether as many descriptors are left as one start needs.
    static func haveDescriptors(like descriptor: FileDescriptor) -> Bool {
        var taken: [Int32] = []
        defer { for descriptor in taken { close(descriptor) } }
        for _ in 0..<needed {
            let duplicate = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
            guard duplicate >= 0 else { return false }
            taken.append(duplicate)
        }
        return true
    }
}
