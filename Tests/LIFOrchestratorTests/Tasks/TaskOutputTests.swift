import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// How the tasks of a part hand on what they have, through the output queue alone.
@Suite(.timeLimit(.minutes(1))) struct TaskOutputTests {
    private let pipeline = "checked"

    /// One source whose documents are translated, and then go through the steps.
    private func setup(
        _ adapter: ScriptedOperator, translator: ScriptedTranslator, steps: [any PipelineStep],
        storage: SharedStorage = SharedStorage(),
        policy: TaskPolicy = TaskPolicy(retries: 0, timeout: .seconds(30))
    ) -> OrchestratorSetup {
        OrchestratorSetup(
            [adapter], storage: storage, policy: policy, runner: .impatient,
            register: { registry in
                registry.register("default", translator: translator)
                registry.register(
                    pipeline, pipeline: DataPipeline(adapterID: OrchestratorSetup.adapter(0), steps: steps))
            },
            configure: {
                $0.catalogue = OrchestratorSetup.catalogue(
                    1, translation: OrchestratorSetup.translation, adapters: [0: pipeline])
            })
    }

    private var plan: QueryPlan {
        QueryPlan(parts: [
            OrchestratorSetup.part(0, translation: OrchestratorSetup.translation, adapter: pipeline)
        ])
    }

    private func translator() -> ScriptedTranslator {
        ScriptedTranslator { _ in try raw(#"{"Person":[{"Name":["translated"]}]}"#) }
    }

    /// Holds what comes after the translation.
    private func gated(_ gate: Gate) -> ScriptedStep {
        ScriptedStep("wait") { fragments in
            try await gate.wait()
            return fragments
        }
    }

    @Test("Fetch, translation and steps hand on through the queue, and store takes what the last one has")
    func handsOn() async throws {
        let gate = Gate()
        let (held, translator) = (gated(gate), translator())
        let setup = setup(
            ScriptedOperator(.document(try raw(#"{"name":"N"}"#))), translator: translator,
            steps: [ScriptedStep.adding("first"), held, ScriptedStep.adding("last")])
        let job = try await setup.submit(plan)
        try await held.waitForCalls(1)
        let queue = setup.storage.queue
        func content(_ task: String) async throws -> TaskOutput.Content? {
            try await queue.output(of: WorkflowTask.ID("part-0/\(task)"), job: job.id)?.content
        }
        #expect(try await content("fetch") == .document(try raw(#"{"name":"N"}"#)))
        #expect(try await content("translate") == .fragments([try fragment("Name", #"["translated"]"#)]))
        #expect(try await content("process-0") == .fragments([try fragment("Name", #"["translated","first"]"#)]))
        #expect(try await content("process-1") == nil)
        #expect(try await queue.progress(of: job.id).isEmpty)

        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
        let outcome = try await setup.outcomes(job.id)[0]
        #expect(outcome?.fragments == [try fragment("Name", #"["translated","first","last"]"#)])
        for task in ["fetch", "translate", "process-0", "process-1", "process-2"] {
            #expect(try await content(task) == nil, "\(task)'s output has gone into the outcome")
        }
        try await setup.leavesNothing()
    }

    @Test("What was fetched is not fetched again after a restart, and the late writer of before is refused")
    func notFetchedAgain() async throws {
        let (storage, gate) = (SharedStorage(), Gate())
        let (late, first) = (gated(gate), translator())
        let died = setup(
            ScriptedOperator(.document(try raw(#"{"name":"N"}"#))), translator: first, steps: [late], storage: storage)
        let job = try await died.submit(plan)
        try await late.waitForCalls(1)
        storage.die(died.lease.own)

        let second = translator()
        let next = setup(
            ScriptedOperator(.failure(LIFError.refused)), translator: second,
            steps: [ScriptedStep.adding("next", named: "wait")],
            storage: storage)
        #expect(try await next.orchestrator.recover() == 1)
        #expect(try await next.finished(job.id).status == .completed)
        #expect(next.operators[0].callCount == 0, "it is not asked again")
        #expect(second.calls.map(\.document.text) == [#"{"name":"N"}"#], "what follows runs on what was fetched")
        let expected = [try fragment("Name", #"["translated","next"]"#)]
        #expect(try await next.outcomes(job.id)[0]?.fragments == expected)

        gate.open()
        try await died.leavesNothing()
        #expect(try await next.outcomes(job.id)[0]?.fragments == expected)
    }

    @Test("A fetch that failed is not made again after a restart: its failure becomes the outcome")
    func failureIsKept() async throws {
        let storage = SharedStorage()
        let died = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        let job = try await died.submit()
        storage.die(died.lease.own)
        let failure = Failure(.refused, "The source refused the credential.", attempts: 2)
        try await storage.queue.write(
            TaskOutput(.failed(failure)), job: job.id, task: WorkflowTask.ID("part-0/fetch"), attempt: 2, fence: 1)
        let next = OrchestratorSetup(storage: storage)
        try await next.orchestrator.recover()
        #expect(try await next.finished(job.id).progress[0]?.failure == failure)
        #expect(next.operators[0].callCount == 0)
    }

    @Test("A failing fetch is handed on: translator and steps are not called")
    func failingFetch() async throws {
        let (step, translator) = (ScriptedStep.adding("x"), translator())
        let setup = setup(ScriptedOperator(.failure(LIFError.refused)), translator: translator, steps: [step])
        let job = try await setup.submit(plan)
        let report = try await setup.finished(job.id)
        #expect(report.progress[0]?.failure == Failure(.refused, "The source refused the credential.", attempts: 1))
        #expect(translator.calls.isEmpty)
        #expect(step.callCount == 0)
    }

    @Test("A failing translator becomes the part's outcome, with its attempts; the fetch is made once")
    func failingTranslator() async throws {
        let (step, translator) = (ScriptedStep.adding("x"), ScriptedTranslator { _ in throw LIFError.away })
        let setup = setup(
            ScriptedOperator(.document(try raw("{}"))), translator: translator, steps: [step],
            policy: TaskPolicy(retries: 2))
        let job = try await setup.submit(plan)
        let report = try await setup.finished(job.id)
        #expect(report.status == .failed)
        #expect(report.progress[0]?.failure == Failure(.unreachable, "The source is away.", attempts: 3))
        #expect(translator.calls.map(\.attempt) == [1, 2, 3])
        #expect(setup.operators[0].callCount == 1)
        #expect(step.callCount == 0)
        let tasks = try await setup.orchestrator.log(job.id).filter { $0.event == "attempt-failed" }.map(\.task?.text)
        #expect(tasks == ["part-0/translate", "part-0/translate"])
    }

    @Test("A failing step becomes the part's outcome, and no later step is called")
    func failingStep() async throws {
        let (failing, later) = (ScriptedStep("fail") { _ in throw LIFError.refused }, ScriptedStep.adding("x"))
        let setup = setup(
            ScriptedOperator(.document(try raw("{}"))), translator: translator(), steps: [failing, later],
            policy: TaskPolicy(retries: 2))
        let job = try await setup.submit(plan)
        let failure = try await setup.finished(job.id).progress[0]?.failure
        #expect(failure == Failure(.refused, "The source refused the credential.", attempts: 1))
        #expect(failing.callCount == 1)
        #expect(later.callCount == 0)
    }

    @Test("An output that the queue does not take for its size fails its part alone, and is not fetched again")
    func tooLarge() async throws {
        let large = try fragment("Name", "[\"\(String(repeating: "x", count: 200))\"]")
        let setup = OrchestratorSetup(
            [ScriptedOperator(.fragments([large])), ScriptedOperator()], maximumItemBytes: 100)
        let job = try await setup.submit()
        let report = try await setup.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.progress[0]?.failure?.reason == .answerTooLarge)
        #expect(setup.operators.map(\.callCount) == [1, 1])
        try await setup.leavesNothing()
    }
}
