import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct ReplyTests {
    private let sources = [source("org1", ["Name"])]

    private func setup(
        _ steps: [ScriptedOperator.Step], requests: ProcessedRequestStore = ProcessedRequestStore()
    ) -> PlannerSetup {
        let scripted: ScriptedOperator =
            steps.count == 1 ? ScriptedOperator(steps[0]) : ScriptedOperator(steps[0], steps[1])
        return PlannerSetup(sources, ["org1": scripted], requests: requests)
    }

    private var name: ScriptedOperator.Step {
        get throws { .fragments([try fragment("Name", "[1]")]) }
    }

    private let text = #"[{"Person":[{"Name":[1]}]}]"#

    @Test("An answer in time is the answer, and nothing is accepted")
    func inTime() async throws {
        let setup = setup([try name])
        let reply = try await setup.planner.reply(to: query())
        #expect(reply.answer?.compatible.text == text)
        #expect(try await setup.requests.pendingCount() == 0)
    }

    @Test("When the time is up the query is kept as pending, goes on, and its answer is kept")
    func late() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, try name)])
        let id = try #require(try await setup.planner.reply(to: query(), .shortTime).correlationID)
        let pending = try await setup.requests.request(id)
        #expect(pending?.state == .pending)
        #expect(pending?.query == query())
        #expect(pending?.acceptedAt == setup.time.now)
        #expect(pending?.expectedParts == 1)

        gate.open()
        #expect(try await setup.planner.compatible(id) == text)
        let done = try await setup.planner.request(id)
        #expect(done.finishedAt == setup.time.now)
        let document = try await setup.planner.answer(to: done).native()
        #expect(document["records"]?.text == text)
        #expect(setup.calls("org1") == 1)
    }

    @Test("A planner that is configured anew has the new time-out, limits and memory, and stays who it is to partners")
    func reconfigured() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, try name)])
        var new = setup.planner.configuration
        let organization = new.federation.organization
        new.timeout = .milliseconds(1)
        new.learnerLimit = 1
        new.pendingLimit = 1
        new.federation.organization = "another"
        setup.planner.reconfigure(new)
        #expect(try await setup.planner.reply(to: query()).correlationID != nil)
        #expect(setup.planner.configuration.timeout == .milliseconds(1))
        #expect(setup.planner.configuration.federation.organization == organization)
        // One pending query is as many as may be.
        let full = await #expect(throws: LIFError.self) { try await setup.planner.reply(to: query()) }
        #expect(full?.code == .overloaded)
        new.pendingLimit = 2
        setup.planner.reconfigure(new)
        #expect(try await setup.planner.reply(to: query()).correlationID != nil)
        gate.open()
    }

    @Test("A query that fails after its time was up is kept as failed, with the code")
    func failsLate() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, .failure(LIFError.refused))])
        let id = try #require(try await setup.planner.reply(to: query(), .shortTime).correlationID)
        gate.open()
        let done = try await setup.planner.request(id, waitingFor: .seconds(30))
        guard case .failed(let code, let message) = done.state else {
            Issue.record("it is \(done.state)")
            return
        }
        #expect(code == "SourcesNotAvailable")
        #expect(message.contains("org1 (refused)"))
    }

    @Test("A query that fails in time throws its error, and nothing is accepted")
    func failsInTime() async throws {
        let setup = setup([.failure(LIFError.refused)])
        let error = await #expect(throws: LIFError.self) { try await setup.planner.reply(to: query()) }
        #expect(error?.code == .sourcesNotAvailable)
        #expect(try await setup.requests.pendingCount() == 0)
    }

    @Test("A query that is not valid is refused, whatever the time")
    func notValid() async throws {
        let setup = setup([try name])
        for options in [QueryOptions.noTime, QueryOptions(), QueryOptions(asynchrony: .preferred)] {
            let error = await #expect(throws: LIFError.self) {
                try await setup.planner.reply(to: query(["Nobody.knows"]), options)
            }
            #expect(error?.code == .learnerDataNotFound)
        }
        #expect(try await setup.requests.pendingCount() == 0)
    }

    @Test("Without time to wait, the cache answers what it has and the rest is asynchronous")
    func noTime() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, try name)])
        let id = try #require(try await setup.planner.reply(to: query(), .noTime).correlationID)
        gate.open()
        #expect(try await setup.planner.compatible(id) == text)
        #expect(try await setup.planner.reply(to: query(), .noTime).answer?.compatible.text == text)
        #expect(setup.calls("org1") == 1)
    }

    @Test("A client that leaves before the time is up cancels what only it wanted")
    func clientLeaves() async throws {
        let setup = setup([.hang])
        let planner = setup.planner
        let asked = Task { try await planner.reply(to: query()) }
        try await setup.operators["org1"]?.waitForCalls(1)
        asked.cancel()
        await #expect(throws: CancellationError.self) { try await asked.value }
        try await setup.operators["org1"]?.waitForCancellations(1)
        #expect(try await setup.requests.pendingCount() == 0)
    }

    @Test("A client that leaves while its query is being accepted leaves nothing pending")
    func clientLeavesWhileAccepted() async throws {
        let faulty = FaultyRequests()
        let gate = Gate()
        faulty.hold(.accept, at: gate)
        let setup = setup([.hang], requests: faulty.store)
        let planner = setup.planner
        let asked = Task { try await planner.reply(to: query(), .shortTime) }
        try await eventually("its acceptance") { faulty.count(.accept) == 1 }
        asked.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await asked.value }
        #expect(try await faulty.store.pendingCount() == 0)
        let registry = planner.work.pipelines.registry
        try await eventually("no flights") { registry.isIdle }
    }

    @Test("A query that cannot be accepted is an error, and the work is cancelled")
    func acceptanceFails() async throws {
        let faulty = FaultyRequests()
        faulty.fail(.accept)
        let setup = setup([.hang], requests: faulty.store)
        let error = await #expect(throws: LIFError.self) { try await setup.planner.reply(to: query(), .shortTime) }
        #expect(error?.code == .outputWriteException)
        // Only if the fetch was under way by then is there anything to cancel; either way nothing goes on.
        let registry = setup.planner.work.pipelines.registry
        try await eventually("no flights") { registry.isIdle }
    }

    @Test("An unknown correlation id is an error, and waiting for a pending one ends with its time")
    func unknownAndPending() async throws {
        let setup = setup([.hang])
        let planner = setup.planner
        for ask in [
            { _ = try await planner.request(RandomID(), waitingFor: .seconds(30)) },
            { _ = try await planner.events(of: RandomID(), after: 0) },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: LIFError.self) { try await ask() }
            #expect(error?.code == .correlationIDNotFound)
        }
        let id = try #require(try await planner.reply(to: query(), .noTime).correlationID)
        #expect(try await planner.request(id, waitingFor: .milliseconds(10)).state == .pending)
        await planner.shutdown()
    }

    @Test("A stop leaves asynchronous queries pending, and the next start answers them")
    func recovery() async throws {
        let store = ProcessedRequestStore()
        let setup = setup([.hang, try name], requests: store)
        let id = try #require(try await setup.planner.reply(to: query(), .noTime).correlationID)
        try await setup.operators["org1"]?.waitForCalls(1)
        let planner = setup.planner
        try await within("a stop") { await planner.shutdown() }
        try await setup.operators["org1"]?.waitForCancellations(1)
        #expect(try await store.request(id)?.state == .pending)

        let next = PlannerSetup(sources, setup.operators, requests: store)
        try await next.planner.recover()
        #expect(try await next.planner.compatible(id) == text)
        #expect(try await store.pendingCount() == 0)
        await next.planner.shutdown()
    }

    @Test("A start does not take up what this process works on already")
    func recoveryTwice() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, try name)])
        let id = try #require(try await setup.planner.reply(to: query(), .noTime).correlationID)
        try await setup.operators["org1"]?.waitForCalls(1)
        try await setup.planner.recover()
        #expect(setup.planner.work.pipelines.registry.waiterCount == 1)
        gate.open()
        _ = try await setup.planner.request(id, waitingFor: .seconds(30))
        #expect(setup.lookups.asked.count == 1, "what was looked up before it was accepted still holds")
        await setup.planner.shutdown()
    }

    @Test("What is left of a query that is no longer valid fails, and does not stay pending")
    func recoveryOfInvalid() async throws {
        let store = ProcessedRequestStore()
        let request = ProcessedRequest(
            query: query(["Person.Gone"]), acceptedAt: Date(timeIntervalSince1970: 0), holder: HolderID())
        try await store.accept(request)
        let setup = setup([try name], requests: store)
        try await setup.planner.recover()
        let done = try await setup.planner.request(request.id, waitingFor: .seconds(30))
        guard case .failed(let code, _) = done.state else {
            Issue.record("it is \(done.state)")
            return
        }
        #expect(code == "LearnerDataNotFound")
        await setup.planner.shutdown()
    }
}
