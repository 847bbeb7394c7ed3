import Foundation
import Synchronization

/// What is known of a process, and who waits for what of it.
final class Progress: Sendable {
    struct State {
        var lines: [String] = []
        var errors: [UInt8] = []
        var hasOutputEnded = false
        var haveErrorsEnded = false
        var code: Int32?

        mutating func take(_ bytes: [UInt8]) {
            let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index == 0, !lines.isEmpty {
                    lines[lines.count - 1] += part
                } else {
                    lines.append(String(part))
                }
            }
        }

        /// The last line is not complete.
        func line(after prefix: String) -> String? {
            lines.dropLast().first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        }
    }

    private struct Waiter {
        let isSo: @Sendable (State) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private let state = Mutex(State())
    private let waiters = Mutex<[UUID: Waiter]>([:])

    var now: State { state.withLock { $0 } }

    func change(_ body: (inout sending State) -> Void) {
        state.withLock { body(&$0) }
        wakeWhoHasIt()
    }

    /// Returns when a condition holds, or the task is cancelled.
    func until(_ isSo: @escaping @Sendable (State) -> Bool) async {
        let key = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiters.withLock { $0[key] = Waiter(isSo: isSo, continuation: continuation) }
                // What came before it was here; also the cancellation.
                if Task.isCancelled { wake(key) } else { wakeWhoHasIt() }
            }
        } onCancel: {
            wake(key)
        }
    }

    private func wake(_ key: UUID) {
        waiters.withLock { $0.removeValue(forKey: key) }?.continuation.resume()
    }

    private func wakeWhoHasIt() {
        let state = now
        let keys = waiters.withLock { $0.filter { $0.value.isSo(state) }.map(\.key) }
        for key in keys { wake(key) }
    }
}
