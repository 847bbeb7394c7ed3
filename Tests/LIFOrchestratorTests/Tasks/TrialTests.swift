import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// A part that is run to be looked at.
@Suite(.timeLimit(.minutes(1))) struct TrialTests {
    private struct Talking: TaskOperator {
        func run(
            _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
        ) async throws -> OperatorReport {
            context.trace?.request("ask", body: Array("with s3cr3t".utf8), hiding: ["s3cr3t", "i"])
            context.log("a line")
            try await emit(.fragment(try fragment("Name", "[1]")))
            return OperatorReport(
                learnerKnown: true, unmatched: [UnmatchedTarget(target: "Person.Name.a", paths: ["b"])])
        }

        func check() async throws -> String { "" }
    }

    @Test("Its operators are traced, each task's output is there, and nothing of it is kept")
    func traced() async throws {
        let events = Mutex<[OperatorTrace.Event]>([])
        let step = ScriptedStep("double") { _ in [try fragment("Name", "[2]")] }
        let setup = OrchestratorSetup(
            register: { registry in
                registry.register("talking") { _ in Talking() }
                registry.register("pipeline", pipeline: DataPipeline(adapterID: "talking", steps: [step]))
            }, configure: { $0.catalogue = OrchestratorSetup.catalogue(1, adapters: [0: "pipeline"]) })
        let trial = try await setup.orchestrator.trial(
            of: OrchestratorSetup.part(0, ["Name"], adapter: "pipeline"),
            trace: OperatorTrace { event in events.withLock { $0.append(event) } })
        let seen = events.withLock { $0 }
        #expect(seen.count == 3)
        guard case .request(let request)? = seen.first else { return }
        #expect(request.title == "ask" && request.body == "with •••")
        #expect(seen[1] == .log("a line"))
        #expect(seen[2] == .unmatched([UnmatchedTarget(target: "Person.Name.a", paths: ["b"])]))
        #expect(trial.outputs.map { $0.task.work.kind } == ["fetch", "process"])
        let contents = trial.outputs.map { $0.output.content }
        let first = TaskOutput.Content.fragments([try fragment("Name", "[1]")])
        let second = TaskOutput.Content.fragments([try fragment("Name", "[2]")])
        #expect(contents == [first, second])
        #expect(trial.outcome.fragments == [try fragment("Name", "[2]")])
        #expect(setup.orchestrator.memory.isEmpty)
        #expect(try await setup.orchestrator.reports(JobFilter()).isEmpty)
    }

    @Test("An open circuit breaker does not hold it up, and its failures do not count")
    func breaker() async throws {
        let breaker = BreakerPolicy(failures: 1, openFor: .seconds(60))
        let scripted = ScriptedOperator(.failure(LIFError.away))
        let setup = OrchestratorSetup([scripted], breaker: breaker)
        let trace = OperatorTrace { _ in }
        for _ in 0..<2 {
            let trial = try await setup.orchestrator.trial(of: OrchestratorSetup.part(0), trace: trace)
            #expect(trial.outcome.failure?.reason == .unreachable)
        }
        #expect(scripted.callCount == 2)
        let job = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(0)]))
        _ = try await setup.finished(job.id)
        #expect(scripted.callCount == 3, "the trials have not opened it")
        _ = try await setup.orchestrator.trial(of: OrchestratorSetup.part(0), trace: trace)
        #expect(scripted.callCount == 4, "it is open now")
    }
}
