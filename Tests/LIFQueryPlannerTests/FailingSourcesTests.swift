import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct FailingSourcesTests {
    private let sources = [source("org1", ["Name"]), source("org2", ["Name"])]

    @Test("A failing source costs its own fragments only, and is reported with its reason")
    func oneFails() async throws {
        let setup = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.failure(LIFError.source(.timeout, "late"))),
                "org2": ScriptedOperator(.fragments([try fragment("Name", "[2]")])),
            ])
        let answer = try await setup.run()
        #expect(answer.compatibleJSON.text == #"[{"Person":[{"Name":[2]}]}]"#)
        #expect(answer.summary == ["org1 Person.Name missing 0", "org2 Person.Name fetched 1"])
        #expect(answer.gaps.map(\.sourceID) == ["org1"])
        #expect(answer.gaps.first?.failure?.reason == .timeout)
    }

    @Test("A failure is not cached: the next query asks that source again, and only that one")
    func failureIsNotCached() async throws {
        let setup = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.failure(LIFError.refused), .fragments([try fragment("Name", "[1]")])),
                "org2": ScriptedOperator(.fragments([try fragment("Name", "[2]")])),
            ])
        #expect(try await setup.run().gaps.count == 1)
        let second = try await setup.run()
        #expect(second.summary == ["org1 Person.Name fetched 1", "org2 Person.Name cached 1"])
        #expect(second.compatibleJSON.text == #"[{"Person":[{"Name":[1,2]}]}]"#)
        #expect(setup.calls("org2") == 1)
    }

    @Test("When all sources fail the error names them, with the reasons")
    func allFail() async throws {
        let setup = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.failure(LIFError.source(.timeout, "late"))),
                "org2": ScriptedOperator(.failure(LIFError.refused)),
            ])
        let error = await #expect(throws: LIFError.self) { try await setup.run() }
        #expect(error?.code == .sourcesNotAvailable)
        #expect(error?.message.contains("org1 (timeout)") == true)
        #expect(error?.message.contains("org2 (refused)") == true)
    }

    @Test("An empty outcome is an answer, also when every other source fails")
    func emptyIsAnAnswer() async throws {
        let setup = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.empty(learnerKnown: true)),
                "org2": ScriptedOperator(.failure(LIFError.refused)),
            ])
        let answer = try await setup.run()
        #expect(answer.compatibleJSON.text == "[]")
        #expect(answer.summary == ["org1 Person.Name empty 0", "org2 Person.Name missing 0"])
    }

    @Test("Expired data is served when its source fails, within the grace and marked as stale")
    func staleIfError() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60), staleIfError: .seconds(30))],
            ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]), .failure(LIFError.refused))])
        _ = try await setup.run()
        setup.time.advance(by: .seconds(89))
        let stale = try await setup.run()
        #expect(stale.compatibleJSON.text == #"[{"Person":[{"Name":[1]}]}]"#)
        #expect(stale.summary == ["org1 Person.Name stale 1"])
        #expect(stale.gaps.first?.failure?.reason == .refused)
        #expect(stale.parts.first?.dataTimestamp == setup.time.now.addingTimeInterval(-89))
        #expect(setup.calls("org1") == 2, "the source was asked first")
        setup.time.advance(by: .seconds(1))
        let error = await #expect(throws: LIFError.self) { try await setup.run() }
        #expect(error?.code == .sourcesNotAvailable)
    }

    @Test("Without a grace expired data is never served")
    func noGrace() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60))],
            ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]), .failure(LIFError.refused))])
        _ = try await setup.run()
        setup.time.advance(by: .seconds(60))
        await #expect(throws: LIFError.self) { try await setup.run() }
    }

    @Test("A plan that cannot be run at all is reported with the runner's error, unless that blames the caller")
    func runnerFails() async throws {
        let runner = ScriptedPlanRunner()
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: SourceCatalogue(sources)), runner: runner,
            fragments: MemoryFragmentStore(), requests: ProcessedRequestStore(), logger: .silent)
        runner.fail(with: LIFError(.neighbourNotAvailable, "The orchestrator does not answer.", blame: .engine))
        let away = await #expect(throws: LIFError.self) { try await planner.run(query()) }
        #expect(away?.code == .neighbourNotAvailable)
        // The orchestrator refuses the plan: whoever asked the query has done nothing wrong.
        runner.fail(with: LIFError(.queryParseException, "The plan is not valid."))
        let refused = await #expect(throws: LIFError.self) { try await planner.run(query()) }
        #expect(refused?.code == .sourcesNotAvailable)
        #expect(refused?.blame == .source)
    }

    @Test("A runner that lands nothing for a part leaves it missing, and the query ends")
    func runnerLandsNothing() async throws {
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: SourceCatalogue(sources)), runner: SilentRunner(),
            fragments: MemoryFragmentStore(), requests: ProcessedRequestStore(), logger: .silent)
        let error = await #expect(throws: LIFError.self) {
            try await within("an answer") { try await planner.run(query()) }
        }
        #expect(error?.code == .sourcesNotAvailable)
        #expect(error?.message.contains("org1 (internal)") == true)
    }

    @Test("What an orchestrator gives outside the asked paths and parts is dropped")
    func outsideThePlan() async throws {
        let store = MemoryFragmentStore()
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: SourceCatalogue(sources)),
            runner: GenerousRunner(
                outcome: Outcome(
                    .data([try fragment("Name", "[1]"), try fragment("Contact", "[2]")]), finishedAt: Date(),
                    duration: .zero)),
            fragments: store, requests: ProcessedRequestStore(), logger: .silent)
        let answer = try await planner.run(query())
        #expect(answer.compatibleJSON.text == #"[{"Person":[{"Name":[1,1]}]}]"#)
        await planner.shutdown()
        let contact = FragmentKey(
            sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: "Contact"))
        #expect(try await store.read([contact]).isEmpty)
    }

    @Test("What an operator emits outside the asked paths is dropped")
    func operatorOutsideThePart() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name", "Contact"])], ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]))]
        )
        _ = try await setup.run(["Person.Name"])
        #expect(setup.operators["org1"]?.calls.first?.fragmentPaths == [FragmentPath(entity: "Name")])
        #expect(try await setup.planner.explain(query()).plan.parts.first?.fragmentPaths.map(\.entity) == ["Contact"])
    }
}

private struct SilentRunner: PlanRunner {
    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {}
}

/// Lands one outcome for each part, again, and for parts that do not exist.
private struct GenerousRunner: PlanRunner {
    let outcome: Outcome

    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        for index in -1...plan.parts.count { await land(index, outcome) }
        for index in plan.parts.indices { await land(index, outcome) }
    }
}
