import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct SharedFetchTests {
    private let sources = [source("org1", ["Name"]), source("org2", ["Name", "Contact"])]

    private func setup(_ gate: Gate) throws -> PlannerSetup {
        PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")]))),
                "org2": ScriptedOperator(
                    .after(gate, .fragments([try fragment("Name", "[2]"), try fragment("Contact", "[3]")]))),
            ])
    }

    private func waiters(_ count: Int, of setup: PlannerSetup) async throws {
        let registry = setup.planner.work.pipelines.registry
        try await eventually("\(count) waiters") { registry.waiterCount == count }
    }

    private func idle(_ setup: PlannerSetup) async throws {
        let registry = setup.planner.work.pipelines.registry
        try await eventually("no flights") { registry.isIdle }
    }

    @Test("Fifty equal queries at the same time make one call of each source, and all get the answer")
    func fiftyQueries() async throws {
        let gate = Gate()
        let setup = try setup(gate)
        let planner = setup.planner
        let tasks = (0..<50).map { _ in Task { try await planner.run(query()).compatibleJSON.text } }
        try await waiters(50, of: setup)
        gate.open()
        for task in tasks {
            #expect(try await task.value == #"[{"Person":[{"Name":[1,2],"Contact":[3]}]}]"#)
        }
        #expect(setup.calls("org1") == 1)
        #expect(setup.calls("org2") == 1)
        try await idle(setup)
    }

    @Test("A query that leaves does not take the fetch from the others, not even when it started it")
    func oneLeaves() async throws {
        let gate = Gate()
        let setup = try setup(gate)
        let planner = setup.planner
        let first = Task { try await planner.run(query()) }
        try await setup.operators["org1"]?.waitForCalls(1)
        try await setup.operators["org2"]?.waitForCalls(1)
        let second = Task { try await planner.run(query()) }
        try await waiters(2, of: setup)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        #expect(try await second.value.compatibleJSON.text == #"[{"Person":[{"Name":[1,2],"Contact":[3]}]}]"#)
        #expect(setup.operators["org1"]?.cancellationCount == 0)
        #expect(setup.calls("org1") == 1)
        try await idle(setup)
    }

    @Test("The last query that leaves cancels the fetch, and the next one starts anew")
    func lastLeaves() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"])], ["org1": ScriptedOperator(.hang, .fragments([try fragment("Name", "[1]")]))])
        let planner = setup.planner
        let tasks = (0..<2).map { _ in Task { try await planner.run(query()) } }
        try await setup.operators["org1"]?.waitForCalls(1)
        try await waiters(2, of: setup)
        tasks[0].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[0].value }
        #expect(setup.operators["org1"]?.cancellationCount == 0)
        tasks[1].cancel()
        try await setup.operators["org1"]?.waitForCancellations(1)
        await #expect(throws: CancellationError.self) { try await tasks[1].value }
        #expect(try await setup.run().compatibleJSON.text == #"[{"Person":[{"Name":[1]}]}]"#)
        #expect(setup.calls("org1") == 2)
        try await idle(setup)
    }

    @Test("A query that overlaps another joins its fetch and fetches only the rest")
    func overlap() async throws {
        let gate = Gate()
        let setup = try setup(gate)
        let planner = setup.planner
        let narrow = Task { try await planner.run(query(["Person.Name"])) }
        try await setup.operators["org1"]?.waitForCalls(1)
        try await setup.operators["org2"]?.waitForCalls(1)
        let wide = Task { try await planner.run(query()) }
        try await setup.operators["org2"]?.waitForCalls(2)
        #expect(setup.operators["org2"]?.calls.last?.fragmentPaths == [FragmentPath(entity: "Contact")])
        gate.open()
        #expect(try await wide.value.compatibleJSON.text == #"[{"Person":[{"Name":[1,2],"Contact":[3]}]}]"#)
        #expect(try await narrow.value.compatibleJSON.text == #"[{"Person":[{"Name":[1,2]}]}]"#)
        #expect(setup.calls("org1") == 1)
        #expect(setup.calls("org2") == 2)
        try await idle(setup)
    }

    @Test("A failing fetch fails for each of its waiters, and is over then")
    func sharedFailure() async throws {
        let gate = Gate()
        let setup = PlannerSetup(
            [source("org1", ["Name"])], ["org1": ScriptedOperator(.after(gate, .failure(LIFError.refused)))])
        let planner = setup.planner
        let tasks = (0..<5).map { _ in Task { try await planner.run(query()) } }
        try await waiters(5, of: setup)
        gate.open()
        for task in tasks {
            let error = await #expect(throws: LIFError.self) { try await task.value }
            #expect(error?.code == .sourcesNotAvailable)
        }
        #expect(setup.calls("org1") == 1)
        try await idle(setup)
    }
}
