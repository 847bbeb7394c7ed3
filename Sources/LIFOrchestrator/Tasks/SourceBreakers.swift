import Foundation
import LIFModel
import LIFWorkflow
import Logging

/// Asks the circuit breaker of a source before a fetch, and tells it how the fetch went.
struct SourceBreakers: Sendable {
    let store: any BreakerStore
    let metrics: OrchestratorMetrics
    let logger: Logger
    let now: @Sendable () -> Date

    /// - Throws: `LIFError` `OperatorException` with reason `circuit-open`.
    func admit(_ source: String, _ settings: SourceSettings) async throws {
        guard settings.breaker.failures > 0, let known = await breaker(of: source), known.opensAgainAt != nil else {
            return
        }
        let now = now()
        let timeout = settings.policy.timeout
        let admission = await change(source) { $0.admit(now: now, probeFor: timeout + .seconds(1)) }
        guard case .refused(let until)? = admission else { return }
        let seconds = max(1, Int(until.timeIntervalSince(now).rounded(.up)))
        throw LIFError.source(
            .circuitOpen,
            "The source has failed \(known.failures) times in a row, so it is not asked for another \(seconds) s.")
    }

    func succeeded(_ source: String) async {
        guard let known = await breaker(of: source), known != CircuitBreaker() else { return }
        _ = await change(source) { $0.succeeded() }
    }

    func failed(_ source: String, _ reason: Failure.Reason, _ settings: SourceSettings) async {
        guard settings.breaker.failures > 0, Self.counts(reason) else { return }
        let now = now()
        let policy = settings.breaker
        let hasOpened = await change(source) { breaker in
            breaker.failed(now: now, policy: policy)
            return breaker.failures == policy.failures
        }
        guard hasOpened == true else { return }
        metrics.circuitOpened(source: source)
        logger.warning(
            "A source is not asked for a while: it has failed again and again",
            metadata: ["source": "\(source)", "failures": "\(policy.failures)", "reason": "\(reason.rawValue)"])
    }

    /// The fetch that was to show whether the source is well was cancelled: the next one may.
    func cancelled(_ source: String) async {
        guard let known = await breaker(of: source), known.probingUntil != nil else { return }
        _ = await change(source) { $0.probingUntil = nil }
    }

    /// Reasons that say something about the source, and not about us or one learner's data.
    private static func counts(_ reason: Failure.Reason) -> Bool {
        switch reason {
        case .timeout, .unreachable, .refused, .sourceError, .invalidAnswer: true
        case .answerTooLarge, .operatorNotFound, .noTranslator, .circuitOpen, .cancelled, .storage, .internal: false
        }
    }

    /// A breaker that cannot be read or written must not keep a source from being asked.
    private func breaker(of source: String) async -> CircuitBreaker? {
        do {
            return try await store.breaker(of: source)
        } catch {
            log(error)
            return nil
        }
    }

    private func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async -> Value? {
        do {
            return try await store.change(source, change)
        } catch {
            log(error)
            return nil
        }
    }

    private func log(_ error: any Error) {
        if error is CancellationError { return }
        logger.warning(
            "The circuit breakers cannot be used",
            metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
    }
}
