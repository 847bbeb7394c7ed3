import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow
import Logging

/// Asks the circuit breaker of a source before a fetch, and records in it how the fetch went.
struct SourceBreakers: Sendable {
    let store: any BreakerStore
    let metrics: OrchestratorMetrics
    let logger: Logger
    let now: @Sendable () -> Date

    /// How often it is looked at what a fetch that was let through has shown.
    private static let looks = RetryPolicy(first: .milliseconds(10), longest: .milliseconds(200))

    /// Beside a fetch that is to show whether the source is well it waits for what that shows: no longer than such a fetch may
    /// take.
    ///
    /// - Returns: Whether this fetch alone is let through, to show whether the source is well.
    /// - Throws: `LIFError` `OperatorException` with reason `circuit-open`; `CancellationError` while it waits.
    func admit(_ source: String, _ settings: SourceSettings) async throws -> Bool {
        guard settings.breaker.failures > 0 else { return false }
        let probeTime = settings.policy.timeout + .seconds(1)
        // The clock of the breaker may be set meanwhile, this one may not.
        let end = ContinuousClock.now + probeTime + .seconds(1)
        var count = 0
        while true {
            guard var known = await breaker(of: source), known.opensAgainAt != nil else { return false }
            let now = now()
            // Whoever only waits writes nothing.
            var admission = known.admit(now: now, probeFor: probeTime)
            if admission == .probe {
                admission = await change(source) { $0.admit(now: now, probeFor: probeTime) } ?? .open
            }
            switch admission {
            case .open: return false
            case .probe: return true
            case .wait where .now < end:
                count += 1
                try await Task.sleep(for: Self.looks.pause(after: count))
            case .wait(let until), .refused(let until):
                let seconds = max(1, Int(until.timeIntervalSince(now).rounded(.up)))
                let cause =
                    known.failures < settings.breaker.failures
                    ? "The source asks to be left alone" : "The source has failed \(known.failures) times in a row"
                throw LIFError.source(.circuitOpen, "\(cause), so it is not asked for another \(seconds) s.")
            }
        }
    }

    func succeeded(_ source: String) async {
        guard let known = await breaker(of: source), known != CircuitBreaker() else { return }
        _ = await change(source) { $0.succeeded() }
    }

    /// - Parameter error: `nil` for a fetch that was cancelled.
    func failed(_ source: String, _ error: (any Error)?, _ settings: SourceSettings, isProbe: Bool) async {
        guard settings.breaker.failures > 0 else { return }
        guard let error, Failure.countsAgainstSource(error) else {
            // It has not shown whether the source is well: the next one may.
            if isProbe { await letNextProbe(source) }
            return
        }
        let now = now()
        let policy = settings.breaker
        let retryAfter = (error as? LIFError)?.retryAfter
        let hasOpened = await change(source) { breaker in
            breaker.failed(now: now, policy: policy, retryAfter: retryAfter)
        }
        guard hasOpened == true else { return }
        metrics.circuitOpened(source: source)
        logger.warning(
            "A source is not asked for a while: it keeps failing, or its Retry-After asks for that",
            metadata: [
                "source": "\(source)", "failures": "\(policy.failures)",
                "reason": "\(Failure(of: error).reason.rawValue)",
            ])
    }

    private func letNextProbe(_ source: String) async {
        // A task of its own: in one that is cancelled a store may refuse to work.
        await Task { _ = await change(source) { $0.probingUntil = nil } }.value
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
