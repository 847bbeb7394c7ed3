import Foundation

/// A signal that ends a blocking system call of a thread and does nothing else.
enum InterruptingSignal {
    /// Its default is to be ignored, so that a process which gets one by mistake does not die of it.
    static let number = SIGURG

    /// Makes the signal felt, unless this program handles it already.
    static func prepare() { _ = isPrepared }

    /// Lets the calling thread feel it. Threads inherit what they do not feel, and those that Dispatch makes feel nothing.
    static func unblock() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    private static let isPrepared: Bool = {
        var current = sigaction()
        guard sigaction(number, nil, &current) == 0 else { return false }
        // Without SA_RESTART, or the system call would go on.
        var action = sigaction()
        #if canImport(Darwin)
            if let handler = current.__sigaction_u.__sa_handler, unsafeBitCast(handler, to: Int.self) > 1 {
                return true
            }
            action.__sigaction_u.__sa_handler = { _ in }
        #else
            if let handler = current.__sigaction_handler.sa_handler, unsafeBitCast(handler, to: Int.self) > 1 {
                return true
            }
            action.__sigaction_handler.sa_handler = { _ in }
        #endif
        return sigaction(number, &action, nil) == 0
    }()
}
