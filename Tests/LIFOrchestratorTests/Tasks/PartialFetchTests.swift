import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// A source that fails at `Contact` and has data at `Name`.
@Suite(.timeLimit(.minutes(1))) struct PartialFetchTests {
    private static let failures = [FragmentPath(entity: "Contact"): Failure(.sourceError, "It failed.")]

    private func run(_ steps: ScriptedOperator) async throws -> (outcome: Outcome, breaker: CircuitBreaker) {
        let setup = OrchestratorSetup(
            [steps], policy: TaskPolicy(retries: 2, timeout: .seconds(30)),
            breaker: BreakerPolicy(failures: 1, openFor: .seconds(30)), runner: .impatient)
        let job = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(0, ["Name", "Contact"])]))
        #expect(try await setup.finished(job.id).status == .completed)
        return (
            try #require(try await setup.outcomes(job.id)[0]), try await setup.storage.breakers.breaker(of: "org1")
        )
    }

    @Test("What may pass is tried again, and the attempt that has all counts")
    func mended() async throws {
        let all = [try fragment("Name", "[1]"), try fragment("Contact", "[2]")]
        let scripted = ScriptedOperator(.partial([all[0]], failures: Self.failures, mayPass: true), .fragments(all))
        let (outcome, _) = try await run(scripted)
        #expect(outcome.fragments == all)
        #expect(outcome.failures.isEmpty)
        #expect(scripted.callCount == 2)
    }

    @Test("When it does not pass what came is kept, and the source counts as one that answers")
    func lasting() async throws {
        let name = try fragment("Name", "[1]")
        let scripted = ScriptedOperator(.partial([name], failures: Self.failures, mayPass: true))
        let (outcome, breaker) = try await run(scripted)
        #expect(outcome.fragments == [name])
        #expect(outcome.failures == Self.failures)
        #expect(scripted.callCount == 3)
        #expect(breaker == CircuitBreaker())
    }

    @Test("A source that has failed, and then has a part of it, has failed no time in a row")
    func answersAgain() async throws {
        let name = try fragment("Name", "[1]")
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused), .partial([name], failures: Self.failures, mayPass: true))],
            breaker: BreakerPolicy(failures: 3, openFor: .seconds(30)))
        var breakers: [CircuitBreaker] = []
        for _ in 0..<2 {
            let job = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(0, ["Name", "Contact"])]))
            _ = try await setup.finished(job.id)
            breakers.append(try await setup.storage.breakers.breaker(of: "org1"))
        }
        #expect(breakers == [CircuitBreaker(failures: 1), CircuitBreaker()])
    }

    @Test("A later attempt that brings nothing does not lose what an earlier one has brought")
    func worse() async throws {
        let name = try fragment("Name", "[1]")
        let (outcome, breaker) = try await run(
            ScriptedOperator(.partial([name], failures: Self.failures, mayPass: true), .failure(LIFError.away)))
        #expect(outcome.fragments == [name])
        #expect(breaker == CircuitBreaker())
    }

    @Test("What will not pass is not tried again")
    func hopeless() async throws {
        let scripted = ScriptedOperator(.partial([], failures: Self.failures))
        let (outcome, _) = try await run(scripted)
        #expect(outcome.result == .empty(learnerKnown: true))
        #expect(outcome.failures == Self.failures)
        #expect(scripted.callCount == 1)
    }
}
