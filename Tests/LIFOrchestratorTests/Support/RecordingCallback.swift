import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization

/// A callback operator that keeps what it was given, and fails as often as it was told to.
final class RecordingCallback: CallbackOperator {
    private struct State {
        var failures: [any Error]
        var calls: [CallbackMessage] = []
        var delivered: [CallbackMessage] = []
    }

    private let state: Mutex<State>
    private let gate: Gate
    private let called = Tally()
    private let arrived = Tally()

    /// - Parameters:
    ///   - failures: What the first calls throw.
    ///   - gate: Holds each call until it is open.
    init(failures: [any Error] = [], gate: Gate = Gate(isOpen: true)) {
        state = Mutex(State(failures: failures))
        self.gate = gate
    }

    /// What was taken, in order.
    var delivered: [CallbackMessage] { state.withLock { $0.delivered } }
    /// What was tried, in order.
    var calls: [CallbackMessage] { state.withLock { $0.calls } }

    func waitForCalls(_ count: Int) async throws {
        try await within("\(count) calls of a callback") { [called] in try await called.wait(for: count) }
    }

    func waitForDeliveries(_ count: Int) async throws {
        try await within("\(count) delivered callbacks") { [arrived] in try await arrived.wait(for: count) }
    }

    func deliver(_ message: CallbackMessage) async throws {
        let failure = state.withLock { state in
            state.calls.append(message)
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        called.add()
        try await gate.wait()
        if let failure { throw failure }
        state.withLock { $0.delivered.append(message) }
        arrived.add()
    }
}
