import LIFModel
import LIFWorkflow
import Synchronization

/// Keeps what could not be kept from being fetched again and again: after an output was refused by the output queue, nothing
/// is fetched for jobs until the queue takes something of that size. That is tried after longer and longer pauses.
final class StoreRoom: Sendable {
    /// What is known; pure.
    struct Lack: Sendable {
        static let first = Duration.seconds(5)
        static let longest = Duration.seconds(30)

        /// The largest output that was refused.
        var bytes: Int
        var reason: LIFError
        private(set) var trials = 0
        /// Not tried before; `nil` for at once.
        private(set) var nextTrial: ContinuousClock.Instant?

        init(bytes: Int, reason: LIFError) {
            self.bytes = bytes
            self.reason = reason
        }

        /// After one that a trial has ended, though what was to be kept is larger than what is tried: the pauses go on.
        init(bytes: Int, reason: LIFError, after former: Lack, now: ContinuousClock.Instant) {
            self.init(bytes: bytes, reason: reason)
            trials = former.trials
            failed(reason, now: now)
        }

        mutating func failed(_ error: LIFError, now: ContinuousClock.Instant) {
            reason = error
            nextTrial = now + min(Self.first * (1 << min(trials, 10)), Self.longest)
            trials += 1
        }

        func mayTry(now: ContinuousClock.Instant) -> Bool { nextTrial.map { now >= $0 } ?? true }
    }

    private struct State {
        var lack: Lack?
        var isTrying = false
        /// The last one that was over, and when.
        var former: (lack: Lack, end: ContinuousClock.Instant)?

        func newLack(_ bytes: Int, _ error: LIFError, now: ContinuousClock.Instant) -> Lack {
            guard bytes > OrchestratorStores.largestTrial, let former, now < former.end + Lack.longest * 4 else {
                return Lack(bytes: bytes, reason: error)
            }
            return Lack(bytes: bytes, reason: error, after: former.lack, now: now)
        }
    }

    private let trial: @Sendable (Int) async throws -> Void
    private let state = Mutex(State())

    /// - Parameter trial: Throws when so many bytes cannot be kept.
    init(trial: @escaping @Sendable (Int) async throws -> Void) { self.trial = trial }

    /// Why nothing is fetched for jobs now; `nil` when it is.
    var reason: LIFError? { state.withLock { $0.lack?.reason } }

    /// An output could not be kept.
    func lacked(_ bytes: Int, _ error: LIFError) {
        state.withLock { state in
            var lack = state.lack ?? state.newLack(bytes, error, now: .now)
            lack.bytes = max(lack.bytes, bytes)
            state.lack = lack
        }
    }

    /// - Throws: Why what is fetched now could not be kept.
    func check() async throws {
        let (lack, tries) = state.withLock { state in
            let tries = !state.isTrying && state.lack?.mayTry(now: .now) == true
            if tries { state.isTrying = true }
            return (state.lack, tries)
        }
        guard let lack else { return }
        guard tries else { throw lack.reason }
        do {
            try await trial(lack.bytes)
            state.withLock { $0 = State(former: (lack, .now)) }
        } catch {
            let error = error as? LIFError
            state.withLock { state in
                state.isTrying = false
                if let error { state.lack?.failed(error, now: .now) }
            }
            throw error ?? lack.reason
        }
    }
}

extension LIFError {
    /// Whether the output queue itself has failed: it is full, or its disk is, or another process holds it.
    var isQueueFault: Bool {
        (code == .outputWriteException || code == .outputQueueNotAvailableException) && blame == .us
            && reason != .cancelled && reason != .answerTooLarge
    }
}
