import Foundation
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct CircuitBreakerTests {
    private let policy = BreakerPolicy(failures: 3, openFor: .seconds(30))

    private func failure(_ setup: OrchestratorSetup) async throws -> Failure? {
        let job = try await setup.submit()
        return try await setup.finished(job.id).progress[0]?.failure
    }

    @Test("After failures in a row, in several jobs, a source is not asked until its time is over")
    func opens() async throws {
        let (log, metrics) = (RecordedLog(), RecordedMetrics())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused))], breaker: policy, metrics: metrics, logger: log.logger)
        for _ in 0..<3 { #expect(try await failure(setup)?.reason == .refused) }
        for _ in 0..<2 {
            let refused = try await failure(setup)
            #expect(refused?.reason == .circuitOpen)
            #expect(
                refused?.message == "The source has failed 3 times in a row, so it is not asked for another 30 s.")
            #expect(refused?.attempts == nil, "no attempt was made")
        }
        #expect(setup.operators[0].callCount == 3)
        #expect(metrics.total("lif_circuit_opened_total{source=org1}") == 1)
        #expect(log.lines.count { $0.contains("not asked for a while") } == 1)
        // Not even a try whether it is well.
        setup.time.advance(by: .seconds(29))
        #expect(try await failure(setup)?.reason == .circuitOpen)
    }

    @Test("Then one fetch is let through; what comes beside it waits, and goes on when it succeeds")
    func closes() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(
                    .failure(LIFError.refused), .failure(LIFError.refused), .failure(LIFError.refused),
                    .after(gate, .empty(learnerKnown: true)), .empty(learnerKnown: true))
            ], breaker: policy)
        for _ in 0..<3 { _ = try await failure(setup) }
        setup.time.advance(by: .seconds(30))
        let probe = try await setup.submit()
        try await setup.operators[0].waitForCalls(4)
        var others: [Job] = []
        for _ in 0..<20 { others.append(try await setup.submit()) }
        try await Task.sleep(for: .milliseconds(50))
        #expect(setup.operators[0].callCount == 4, "the others wait for what that one shows")
        gate.open()
        for job in others + [probe] { #expect(try await setup.finished(job.id).status == .completed) }
        #expect(setup.operators[0].callCount == 24)
        #expect(try await setup.storage.breakers.breaker(of: "org1") == CircuitBreaker())
    }

    @Test(
        "What waits beside the one that is let through is refused when that fails, and each refusal is no line of the log"
    )
    func waitsInVain() async throws {
        let (gate, log) = (Gate(), RecordedLog())
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(
                    .failure(LIFError.refused), .failure(LIFError.refused), .failure(LIFError.refused),
                    .after(gate, .failure(LIFError.refused)))
            ], breaker: policy, logger: log.logger)
        for _ in 0..<3 { _ = try await failure(setup) }
        setup.time.advance(by: .seconds(30))
        _ = try await setup.submit()
        try await setup.operators[0].waitForCalls(4)
        var others: [Job] = []
        for _ in 0..<20 { others.append(try await setup.submit()) }
        gate.open()
        for job in others {
            #expect(try await setup.finished(job.id).progress[0]?.failure?.reason == .circuitOpen)
        }
        #expect(setup.operators[0].callCount == 4)
        #expect(log.warnings.count { $0.contains("A part has failed") } == 4)
    }

    @Test("What waits beside the one that is let through ends at once when it is cancelled, and in the end by itself")
    func waitingEnds() async throws {
        let failing = ScriptedOperator.Step.failure(LIFError.refused)
        let setup = OrchestratorSetup(
            [ScriptedOperator(failing, failing, failing, .hang)], policy: TaskPolicy(retries: 0, timeout: .seconds(30)),
            breaker: policy)
        for _ in 0..<3 { _ = try await failure(setup) }
        setup.time.advance(by: .seconds(30))
        let probe = try await setup.submit()
        try await setup.operators[0].waitForCalls(4)
        let waiting = try await setup.submit()
        let start = ContinuousClock.now
        _ = try await setup.orchestrator.cancel(waiting.id)
        try await eventually("the end of the cancelled run") { setup.orchestrator.admission.runs == [probe.id] }
        #expect(.now - start < .seconds(5))
        _ = try await setup.orchestrator.cancel(probe.id)

        // The one that was let through has ended with its process: after its time the next one is let through.
        let dead = OrchestratorSetup(
            [ScriptedOperator()], policy: TaskPolicy(retries: 0, timeout: .seconds(2)), breaker: policy)
        let now = dead.time.now
        _ = try await dead.storage.breakers.change("org1") { breaker in
            breaker = CircuitBreaker(
                failures: 3, opensAgainAt: now, probingUntil: now.addingTimeInterval(3))
        }
        #expect(try await failure(dead)?.reason == .circuitOpen)
        dead.time.advance(by: .seconds(3))
        #expect(try await failure(dead) == nil)
    }

    @Test(
        "A source that fails at every path it is asked for counts as failing, also where its answer is otherwise good")
    func everyPath() async throws {
        let failures = ["Name", "Contact"].map { FragmentPath(entity: $0) }
        func setup(_ reason: Failure.Reason, at paths: [FragmentPath], mayPass: Bool = true) -> OrchestratorSetup {
            let failed = Dictionary(uniqueKeysWithValues: paths.map { ($0, Failure(reason, "It failed.")) })
            return OrchestratorSetup(
                [ScriptedOperator(.partial([], failures: failed, mayPass: mayPass))], breaker: policy)
        }
        func opens(_ setup: OrchestratorSetup) async throws -> Bool {
            let plan = QueryPlan(parts: [OrchestratorSetup.part(0, ["Name", "Contact"])])
            for _ in 0..<4 {
                let job = try await setup.submit(plan)
                _ = try await setup.finished(job.id)
            }
            return try await setup.storage.breakers.breaker(of: "org1").opensAgainAt != nil
        }
        #expect(try await opens(setup(.sourceError, at: failures)))
        #expect(try await !opens(setup(.sourceError, at: [failures[0]])), "it has answered about the other")
        #expect(try await !opens(setup(.sourceError, at: failures, mayPass: false)), "the data is at fault")
        #expect(try await !opens(setup(.invalidAnswer, at: failures)))
    }

    @Test("When that one fails the source is left alone for as long again")
    func opensAgain() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused))], breaker: policy)
        for _ in 0..<3 { _ = try await failure(setup) }
        setup.time.advance(by: .seconds(30))
        #expect(try await failure(setup)?.reason == .refused)
        setup.time.advance(by: .seconds(29))
        #expect(try await failure(setup)?.reason == .circuitOpen)
        setup.time.advance(by: .seconds(1))
        #expect(try await failure(setup)?.reason == .refused)
        #expect(setup.operators[0].callCount == 5)
    }

    @Test("A success between failures begins the count anew; failures that say nothing of the source do not count")
    func inARow() async throws {
        let tooLarge = LIFError.source(.answerTooLarge, "The answer is too large.")
        let failing = ScriptedOperator.Step.failure(LIFError.refused)
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(
                    failing, failing, .empty(learnerKnown: true), failing, failing, .failure(tooLarge),
                    .failure(tooLarge), failing)
            ], breaker: policy)
        for _ in 0..<8 { #expect(try await failure(setup)?.reason != .circuitOpen) }
        #expect(try await failure(setup)?.reason == .circuitOpen)
    }

    @Test("What says something about a request, or about one record, never opens it")
    func aboutRequests() async throws {
        let errors: [any Error] = [
            LIFError.source(.sourceError, "HTTP 400.", isAboutRequest: true),
            LIFError.source(.sourceError, "Refused for now.", isRetryable: true, isAboutRequest: true),
            LIFError.source(.invalidAnswer, "The answer is not JSON."),
            Failure(.invalidAnswer, "The record is damaged."),
        ]
        for error in errors {
            let setup = OrchestratorSetup([ScriptedOperator(.failure(error))], breaker: policy)
            for _ in 0..<10 { #expect(try await failure(setup)?.reason == Failure(of: error).reason) }
            #expect(try await setup.storage.breakers.breaker(of: "org1") == CircuitBreaker())
        }
    }

    @Test("What says something about the source opens it, also where the operator says no more than a reason")
    func aboutSources() async throws {
        let errors: [any Error] = [
            LIFError.source(.sourceError, "HTTP 503."), LIFError.source(.unreachable, "No connection."),
            LIFError.source(.timeout, "No answer."), LIFError.refused, Failure(.unreachable, "No connection."),
        ]
        for error in errors {
            let setup = OrchestratorSetup([ScriptedOperator(.failure(error))], breaker: policy)
            for _ in 0..<3 { _ = try await failure(setup) }
            #expect(try await failure(setup)?.reason == .circuitOpen)
        }
    }

    @Test("A source is left alone for as long as it asks when that is longer, and for no more than an hour")
    func retryAfter() async throws {
        // One who asks for less than the breaker's own time is asked until that has opened.
        for (asked, failures, seconds) in [(90, 1, 90), (31, 1, 31), (30, 3, 30), (5, 3, 30), (86_400, 1, 3_600)] {
            let busy = LIFError.source(.sourceError, "HTTP 429.", isRetryable: true, retryAfter: .seconds(asked))
            let setup = OrchestratorSetup([ScriptedOperator(.failure(busy))], breaker: policy)
            for _ in 0..<failures { #expect(try await failure(setup)?.reason == .sourceError) }
            let refused = try await failure(setup)
            #expect(refused?.reason == .circuitOpen)
            #expect(refused?.message.contains("asks to be left alone") == (failures == 1))
            setup.time.advance(by: .seconds(seconds - 1))
            #expect(try await failure(setup)?.reason == .circuitOpen)
            setup.time.advance(by: .seconds(1))
            #expect(try await failure(setup)?.reason == .sourceError)
        }
    }

    @Test("A fetch that was under way when a source asked for a longer time does not shorten it")
    func notShortened() {
        var breaker = CircuitBreaker()
        let start = Date(timeIntervalSince1970: 1_000)
        for _ in 0..<3 { breaker.failed(now: start, policy: policy, retryAfter: .seconds(100)) }
        breaker.failed(now: start.addingTimeInterval(10), policy: policy)
        #expect(breaker.opensAgainAt == start.addingTimeInterval(100))
        breaker.failed(now: start.addingTimeInterval(90), policy: policy)
        #expect(breaker.opensAgainAt == start.addingTimeInterval(120))
        // A clock that was set back does not make the pause longer than any pause is.
        breaker.failed(now: start.addingTimeInterval(-100_000), policy: policy)
        #expect(breaker.opensAgainAt == start.addingTimeInterval(-99_970))
    }

    @Test("A clock that is set back an hour keeps no source from being asked for that hour")
    func setBack() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused))], breaker: policy)
        for _ in 0..<3 { _ = try await failure(setup) }
        #expect(try await failure(setup)?.reason == .circuitOpen)
        setup.time.advance(by: .seconds(-3_600))
        #expect(try await failure(setup)?.reason == .refused, "it is tried")
        #expect(try await failure(setup)?.reason == .circuitOpen, "it failed")
        setup.time.advance(by: .seconds(30))
        #expect(try await failure(setup)?.reason == .refused)
    }

    @Test("A clock that is set back while a fetch is let through alone does not wait an hour for its end")
    func setBackWhileProbing() {
        let start = Date(timeIntervalSince1970: 100_000)
        var breaker = CircuitBreaker(failures: 3, opensAgainAt: start, openedAt: start - 30)
        #expect(breaker.admit(now: start, probeFor: .seconds(10)) == .probe)
        #expect(breaker.admit(now: start + 1, probeFor: .seconds(10)) == .wait(until: start + 10))
        #expect(breaker.admit(now: start - 3_600, probeFor: .seconds(10)) == .probe)
    }

    @Test("A fetch that was let through and cancelled, or says nothing of the source, lets the next one through")
    func probeWithoutAnswer() async throws {
        let failing = ScriptedOperator.Step.failure(LIFError.refused)
        let tooLarge = LIFError.source(.answerTooLarge, "The answer is too large.")
        let setup = OrchestratorSetup(
            [ScriptedOperator(failing, failing, failing, .hang, .failure(tooLarge), .empty(learnerKnown: true))],
            breakers: CancellableBreakerStore(), breaker: policy)
        for _ in 0..<3 { _ = try await failure(setup) }
        setup.time.advance(by: .seconds(30))
        let probe = try await setup.submit()
        try await setup.operators[0].waitForCalls(4)
        _ = try await setup.orchestrator.cancel(probe.id)
        try await setup.leavesNothing()
        #expect(try await failure(setup)?.reason == .answerTooLarge)
        #expect(try await failure(setup) == nil)
        #expect(setup.operators[0].callCount == 6)
    }

    @Test("Another fetch that is cancelled does not let a second one through beside the first")
    func cancelledBesideProbe() async throws {
        let (gate, failing) = (Gate(), ScriptedOperator.Step.failure(LIFError.refused))
        let setup = OrchestratorSetup(
            [ScriptedOperator(.hang, failing, failing, failing, .after(gate, .empty(learnerKnown: true)))],
            breaker: policy)
        let early = try await setup.submit()
        try await setup.operators[0].waitForCalls(1)
        for _ in 0..<3 { _ = try await failure(setup) }
        setup.time.advance(by: .seconds(30))
        let probe = try await setup.submit()
        try await setup.operators[0].waitForCalls(5)
        _ = try await setup.orchestrator.cancel(early.id)
        let admission = setup.orchestrator.admission
        try await eventually("the end of the cancelled run") { admission.runs == [probe.id] }
        let waiting = try await setup.submit()
        try await Task.sleep(for: .milliseconds(50))
        #expect(setup.operators[0].callCount == 5)
        gate.open()
        #expect(try await setup.finished(probe.id).status == .completed)
        #expect(try await setup.finished(waiting.id).status == .completed)
    }

    @Test("Breakers that cannot be read or written keep no source from being asked")
    func storeFails() async throws {
        let log = RecordedLog()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused))], breakers: BrokenBreakerStore(), breaker: policy,
            logger: log.logger)
        for _ in 0..<5 { #expect(try await failure(setup)?.reason == .refused) }
        #expect(setup.operators[0].callCount == 5)
        #expect(log.lines.contains { $0.contains("The circuit breakers cannot be used") })
        let well = OrchestratorSetup(breakers: BrokenBreakerStore(), breaker: policy)
        #expect(try await failure(well) == nil)
    }

    @Test("All processes on the same stores see the same breaker")
    func shared() async throws {
        let storage = SharedStorage()
        let one = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused))], storage: storage, breaker: policy)
        let other = OrchestratorSetup([ScriptedOperator()], storage: storage, breaker: policy)
        for _ in 0..<3 { _ = try await failure(one) }
        #expect(try await failure(other)?.reason == .circuitOpen)
        #expect(other.operators[0].callCount == 0)
    }

    @Test("Without a breaker a source is asked for ever")
    func never() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused))], breaker: .never)
        for _ in 0..<10 { #expect(try await failure(setup)?.reason == .refused) }
    }
}

/// As stores do that react to cancellation.
private struct CancellableBreakerStore: BreakerStore {
    let base = MemoryBreakerStore()

    func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        return try await base.change(source, change)
    }
}

private struct BrokenBreakerStore: BreakerStore {
    func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value { throw HookedJournal.damaged }
}
