import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Data pipelines, and what a reload of the configuration does to parts that are under way.
@Suite(.timeLimit(.minutes(1))) struct DataPipelineTests {
    private let name = "checked"

    private func registry(_ operators: [ScriptedOperator], _ steps: [any PipelineStep]) -> OperatorRegistry {
        OrchestratorSetup.registry(operators) {
            $0.register(name, pipeline: DataPipeline(adapterID: OrchestratorSetup.adapter(0), steps: steps))
        }
    }

    private func setup(_ adapter: ScriptedOperator, _ steps: [any PipelineStep]) -> OrchestratorSetup {
        OrchestratorSetup(
            [adapter, ScriptedOperator()],
            register: {
                $0.register(name, pipeline: DataPipeline(adapterID: OrchestratorSetup.adapter(0), steps: steps))
            },
            configure: { $0.catalogue = OrchestratorSetup.catalogue(2, adapters: [0: name]) })
    }

    private var plan: QueryPlan {
        QueryPlan(parts: [OrchestratorSetup.part(0, adapter: name), OrchestratorSetup.part(1)])
    }

    @Test("The steps run in their order, each on what the one before has left")
    func order() async throws {
        let setup = setup(
            ScriptedOperator(.fragments([try fragment("Name", "[1]")])),
            ["a", "b", "c"].map { ScriptedStep.adding($0) })
        let job = try await setup.submit(plan)
        _ = try await setup.finished(job.id)
        #expect(try await setup.outcomes(job.id)[0]?.fragments.map(\.content.items.text) == [#"[1,"a","b","c"]"#])
    }

    @Test("A step that leaves nothing makes the part empty, and those after it have nothing to do")
    func nothingLeft() async throws {
        let (removing, later) = (ScriptedStep("remove") { _ in [] }, ScriptedStep.adding("x"))
        let setup = setup(ScriptedOperator(.fragments([try fragment("Name", "[1]")])), [removing, later])
        let job = try await setup.submit(plan)
        #expect(try await setup.finished(job.id).progress[0]?.kind == .empty)
        #expect(removing.callCount == 1)
        #expect(later.callCount == 0)
    }

    @Test(
        "What a step could have made of a path that failed has failed, too, unless the step works on each fragment alone"
    )
    func partial() async throws {
        let name = try fragment("Name", "[1]")
        let failures = [FragmentPath(entity: "Contact"): Failure(.sourceError, "It failed.")]
        for (step, failed) in [
            (ScriptedStep.adding("x") as any PipelineStep, ["Contact", "Narrative"]), (Local(), ["Contact"]),
        ] {
            let part = OrchestratorSetup.part(0, ["Name", "Contact", "Narrative"], adapter: self.name)
            let source = InformationSource(
                id: part.informationSourceID, adapterID: self.name, timeToLive: .seconds(60),
                fragmentPaths: part.fragmentPaths)
            let setup = OrchestratorSetup(
                [ScriptedOperator(.partial([name], failures: failures))],
                register: {
                    $0.register(
                        self.name, pipeline: DataPipeline(adapterID: OrchestratorSetup.adapter(0), steps: [step]))
                }, configure: { $0.catalogue = SourceCatalogue([source]) })
            let job = try await setup.submit(QueryPlan(parts: [part]))
            _ = try await setup.finished(job.id)
            let outcome = try #require(try await setup.outcomes(job.id)[0])
            #expect(outcome.fragments.map(\.path.entity) == ["Name"])
            #expect(outcome.failures.keys.map(\.entity).sorted() == failed)
        }
    }

    private struct Local: PipelineStep {
        let name = "local"
        let worksOnEachFragment = true

        func process(
            _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
        ) async throws -> [Fragment] { fragments }
    }

    @Test("A step cannot bring in paths that were not asked for")
    func foreignPaths() async throws {
        let smuggling = ScriptedStep("add") { $0 + [try fragment("Contact", "[2]")] }
        let setup = setup(ScriptedOperator(.fragments([try fragment("Name", "[1]")])), [smuggling])
        let job = try await setup.submit(plan)
        _ = try await setup.finished(job.id)
        #expect(try await setup.outcomes(job.id)[0]?.fragments.map(\.path.entity) == ["Name"])
    }

    @Test(
        "When the steps change while a part is under way it fails, rather than being kept with a step left out",
        arguments: [["mask"], ["mask", "remove"], ["remove", "mask", "mask"], []])
    func stepsChange(names: [String]) async throws {
        let gate = Gate()
        let before = ["remove", "mask"].map { ScriptedStep.adding("before", named: $0) }
        let after = names.map { ScriptedStep.adding("after", named: $0) }
        let setup = setup(
            ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")]))), before)
        let job = try await setup.submit(plan)
        try await setup.operators[0].waitForCalls(1)
        await setup.orchestrator.reconfigure(
            setup.orchestrator.configuration, registry: registry(setup.operators, after))
        gate.open()
        let report = try await setup.finished(job.id)
        #expect(report.status == .completed, "the other part has its outcome")
        #expect(report.progress[0]?.failure?.reason == .operatorNotFound)
        #expect(report.progress[0]?.failure?.message.contains("the configuration has changed") == true)
        #expect(before.allSatisfy { $0.callCount == 0 })
        // What is asked for after that goes by the new configuration.
        let retried = try await setup.orchestrator.retry(job.id)
        #expect(try await setup.finished(retried.job.id).failedParts == 0)
        #expect(after.allSatisfy { $0.callCount > 0 })
    }

    @Test("Steps that stay the same go on with their new settings")
    func stepsStay() async throws {
        let gate = Gate()
        let setup = setup(
            ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")]))),
            [ScriptedStep.adding("old", named: "mask")])
        let job = try await setup.submit(plan)
        try await setup.operators[0].waitForCalls(1)
        await setup.orchestrator.reconfigure(
            setup.orchestrator.configuration,
            registry: registry(setup.operators, [ScriptedStep.adding("new", named: "mask")]))
        gate.open()
        _ = try await setup.finished(job.id)
        #expect(try await setup.outcomes(job.id)[0]?.fragments.map(\.content.items.text) == [#"[1,"new"]"#])
    }

    @Test("A source that is taken away fails what was not begun; what is under way ends with what it began with")
    func sourceIsTakenAway() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")])))],
            configure: { $0.limits = EngineLimits(pools: ["org1": 1]) })
        try await setup.orchestrator.recover()
        let parts = [OrchestratorSetup.part(0), OrchestratorSetup.part(0, ["Contact"])]
        let job = try await setup.submit(QueryPlan(parts: parts))
        try await setup.operators[0].waitForCalls(1)
        var without = setup.orchestrator.configuration
        without.catalogue = SourceCatalogue([])
        await setup.orchestrator.reconfigure(without, registry: OperatorRegistry())
        gate.open()
        let report = try await setup.finished(job.id)
        #expect(report.progress[0]?.kind == .data)
        #expect(report.progress[1]?.failure?.reason == .operatorNotFound)
        #expect(setup.operators[0].callCount == 1)
        let error = await #expect(throws: LIFError.self) { try await setup.submit() }
        #expect(error?.code == .operatorNotFoundException)
        #expect(try await setup.orchestrator.graph(job.id).graph.tasks.count == 6, "its graph can be looked at still")
    }
}
