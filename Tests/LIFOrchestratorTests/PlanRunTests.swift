import Foundation
import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// What `PlanRunnerConformance` does not say already: what is left behind, and what an engine does wrong.
@Suite(.timeLimit(.minutes(1))) struct PlanRunTests {
    private final class Landings: Sendable {
        private let state = Mutex<[Int: Outcome]>([:])

        var outcomes: [Int: Outcome] { state.withLock { $0 } }
        func land(_ part: Int, _ outcome: Outcome) { state.withLock { $0[part] = outcome } }
    }

    @Test("A plan that is run for a caller is not kept as a job, and leaves nothing behind")
    func leavesNothing() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(), ScriptedOperator(.failure(LIFError.refused))])
        let landings = Landings()
        try await setup.orchestrator.run(setup.plan()) { landings.land($0, $1) }
        #expect(landings.outcomes.count == 2)
        #expect(try await setup.storage.jobs.jobs(JobFilter()).isEmpty)
        try await setup.leavesNothing()
    }

    @Test("A caller that leaves cancels the operators, and nothing is left behind")
    func callerLeaves() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang), ScriptedOperator()])
        let (orchestrator, plan) = (setup.orchestrator, setup.plan())
        let run = Task { try await orchestrator.run(plan) { _, _ in } }
        try await setup.operators[0].waitForCalls(1)
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        try await setup.operators[0].waitForCancellations(1)
        try await setup.leavesNothing()
    }

    @Test("Nothing is left behind whenever a caller leaves")
    func callersLeaveAtAnyTime() async throws {
        let setup = OrchestratorSetup((0..<4).map { _ in ScriptedOperator() })
        let (orchestrator, plan) = (setup.orchestrator, setup.plan())
        try await within("400 runs") {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let run = Task { try await orchestrator.run(plan) { _, _ in } }
                        for _ in 0..<(number % 40) { await Task.yield() }
                        run.cancel()
                        _ = await run.result
                    }
                }
            }
        }
        try await setup.leavesNothing()
    }

    @Test("A plan that does not match the configuration is refused before anything runs")
    func refused() async throws {
        let setup = OrchestratorSetup([ScriptedOperator()])
        let error = await #expect(throws: LIFError.self) {
            try await setup.orchestrator.run(QueryPlan(parts: [OrchestratorSetup.part(0, ["Narrative"])])) { _, _ in }
        }
        #expect(error?.code == .queryParseException)
        #expect(setup.operators[0].callCount == 0)
    }

    @Test("A plan is run by the configuration that it was made by, whatever is loaded while it runs")
    func reloadedMeanwhile() async throws {
        let log = RecordedLog()
        let gate = Gate()
        let learners = (0..<20).map { LearnerIdentifier(identifier: "\($0)", identifierType: "T") }
        let setup = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator(.after(gate, .empty(learnerKnown: true)))],
            engine: EmbeddedEngine(limits: EngineLimits(pools: [OrchestratorSetup.source(1): 1])), logger: log.logger,
            configure: { $0.limits.pools = [OrchestratorSetup.source(1): 1] })
        let plan = QueryPlan(
            parts: [OrchestratorSetup.part(0)] + learners.map { OrchestratorSetup.part(1, learner: $0) })
        let orchestrator = setup.orchestrator
        let (before, landings) = (orchestrator.current, Landings())
        let run = Task { try await orchestrator.run(plan) { landings.land($0, $1) } }
        try await setup.operators[1].waitForCalls(1)
        var configuration = orchestrator.configuration
        configuration.catalogue = OrchestratorSetup.catalogue(1)
        await orchestrator.reconfigure(configuration, registry: OrchestratorSetup.registry(setup.operators))
        gate.open()
        try await run.value
        #expect(landings.outcomes.count == 21 && landings.outcomes.values.allSatisfy { $0.failure == nil })

        let later = Landings()
        let two = QueryPlan(parts: [OrchestratorSetup.part(0), OrchestratorSetup.part(1)])
        try await before.run(two) { later.land($0, $1) }
        #expect(later.outcomes.count == 2, "a plan that was made before the reload")
        let error = await #expect(throws: LIFError.self) { try await orchestrator.run(two) { later.land($0, $1) } }
        #expect(error?.reason == .operatorNotFound, "one that is run by the configuration of now")
        #expect(log.warnings.isEmpty)
        try await setup.leavesNothing()
    }

    @Test("What the configuration lacks without a reload is an outcome")
    func lacking() async throws {
        let setup = OrchestratorSetup(
            [ScriptedOperator()],
            register: { registry in
                registry.register(OrchestratorSetup.adapter(0)) { _ in
                    throw LIFError(.operatorNotFoundException, "No credential.", blame: .us, reason: .operatorNotFound)
                }
            })
        let landings = Landings()
        try await setup.orchestrator.run(setup.plan()) { landings.land($0, $1) }
        #expect(landings.outcomes.mapValues { $0.failure?.reason } == [0: .operatorNotFound])
    }

    @Test("An engine's refusal of the run is an error; one that loses a part makes that part fail")
    func brokenEngines() async throws {
        let refusing = OrchestratorSetup(
            [ScriptedOperator()],
            engine: BrokenEngine(refusal: LIFError(.jobPostException, "The engine is away.", blame: .engine)))
        let error = await #expect(throws: LIFError.self) {
            try await refusing.orchestrator.run(refusing.plan()) { _, _ in }
        }
        #expect(error?.code == .jobPostException)
        try await refusing.leavesNothing()

        let losing = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], engine: BrokenEngine())
        let landings = Landings()
        try await losing.orchestrator.run(losing.plan()) { landings.land($0, $1) }
        #expect(landings.outcomes.mapValues { $0.failure?.reason } == [0: .internal, 1: .internal])
        try await losing.leavesNothing()
    }
}
