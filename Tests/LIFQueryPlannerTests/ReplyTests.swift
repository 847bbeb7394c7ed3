import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Synchronization
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct ReplyTests {
    private let sources = [source("org1", ["Name"])]

    private func setup(
        _ steps: [ScriptedOperator.Step], requests: any ProcessedRequestStore = MemoryProcessedRequestStore()
    ) -> PlannerSetup {
        let scripted: ScriptedOperator =
            steps.count == 1 ? ScriptedOperator(steps[0]) : ScriptedOperator(steps[0], steps[1])
        return PlannerSetup(sources, ["org1": scripted], requests: requests)
    }

    private var name: ScriptedOperator.Step {
        get throws { .fragments([try fragment("Name", "[1]")]) }
    }

    private let text = #"[{"Person":[{"Name":[1]}]}]"#

    @Test("An answer in time is the answer, and nothing is promised")
    func inTime() async throws {
        let setup = setup([try name])
        let reply = try await setup.planner.reply(to: query(), within: .seconds(30))
        #expect(reply.answer?.compatible.text == text)
        #expect(try await setup.requests.pending().isEmpty)
    }

    @Test("When the time is up the query is kept as pending, goes on, and its answer is kept")
    func late() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, try name)])
        let reply = try await setup.planner.reply(to: query(), within: .milliseconds(10))
        let id = try #require(reply.correlationID)
        let pending = try await setup.requests.request(id)
        #expect(pending?.state == .pending)
        #expect(pending?.query == query())
        #expect(pending?.acceptedAt == setup.time.now)

        gate.open()
        let done = try await setup.planner.request(id, waitingFor: .seconds(30))
        guard case .completed(let document) = done.state else {
            Issue.record("it is \(done.state)")
            return
        }
        #expect(document["correlation_id"]?.string == id.text)
        #expect(document["records"]?.text == text)
        #expect(try await setup.planner.request(id) == done)
        #expect(setup.calls("org1") == 1)
    }

    @Test("A query that fails after its time was up is kept as failed, with the code")
    func failsLate() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, .failure(LIFError.refused))])
        let reply = try await setup.planner.reply(to: query(), within: .milliseconds(10))
        let id = try #require(reply.correlationID)
        gate.open()
        let done = try await setup.planner.request(id, waitingFor: .seconds(30))
        guard case .failed(let code, let message) = done.state else {
            Issue.record("it is \(done.state)")
            return
        }
        #expect(code == "SourcesNotAvailable")
        #expect(message.contains("org1 (refused)"))
    }

    @Test("A query that fails in time throws its error, and nothing is promised")
    func failsInTime() async throws {
        let setup = setup([.failure(LIFError.refused)])
        let error = await #expect(throws: LIFError.self) {
            try await setup.planner.reply(to: query(), within: .seconds(30))
        }
        #expect(error?.code == .sourcesNotAvailable)
        #expect(try await setup.requests.pending().isEmpty)
    }

    @Test("A query that is not valid is refused, whatever the time")
    func notValid() async throws {
        let setup = setup([try name])
        for limit in [Duration.zero, .seconds(30)] {
            let error = await #expect(throws: LIFError.self) {
                try await setup.planner.reply(to: query(["Nobody.knows"]), within: limit)
            }
            #expect(error?.code == .learnerDataNotFound)
        }
        #expect(try await setup.requests.pending().isEmpty)
    }

    @Test("Without time to wait, the cache answers what it has and the rest is promised")
    func noTime() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, try name)])
        let first = try await setup.planner.reply(to: query(), within: .zero)
        let id = try #require(first.correlationID)
        gate.open()
        _ = try await setup.planner.request(id, waitingFor: .seconds(30))
        let second = try await setup.planner.reply(to: query(), within: .zero)
        #expect(second.answer?.compatible.text == text)
        #expect(setup.calls("org1") == 1)
    }

    @Test("A client that leaves before the time is up cancels what only it wanted")
    func clientLeaves() async throws {
        let setup = setup([.hang])
        let planner = setup.planner
        let asked = Task { try await planner.reply(to: query(), within: .seconds(30)) }
        try await setup.operators["org1"]?.waitForCalls(1)
        asked.cancel()
        await #expect(throws: CancellationError.self) { try await asked.value }
        try await setup.operators["org1"]?.waitForCancellations(1)
        #expect(try await setup.requests.pending().isEmpty)
    }

    @Test("A promise that cannot be kept is an error, and the work is cancelled")
    func promiseFails() async throws {
        let setup = setup([.hang], requests: RefusingRequestStore())
        let error = await #expect(throws: LIFError.self) {
            try await setup.planner.reply(to: query(), within: .milliseconds(10))
        }
        #expect(error?.code == .outputWriteException)
        // Only if the fetch was under way by then is there anything to cancel; either way nothing goes on.
        let registry = setup.planner.pipelines.registry
        try await eventually("no flights") { registry.isIdle }
    }

    @Test("An unknown correlation id is told, and waiting for a pending one ends with its time")
    func unknownAndPending() async throws {
        let setup = setup([.hang])
        let error = await #expect(throws: LIFError.self) {
            try await setup.planner.request(RandomID(), waitingFor: .seconds(30))
        }
        #expect(error?.code == .correlationIDNotFound)
        let reply = try await setup.planner.reply(to: query(), within: .zero)
        let id = try #require(reply.correlationID)
        #expect(try await setup.planner.request(id, waitingFor: .milliseconds(10)).state == .pending)
    }

    @Test("A stop leaves promised queries pending, and the next start answers them")
    func recovery() async throws {
        let store = MemoryProcessedRequestStore()
        let setup = setup([.hang, try name], requests: store)
        let reply = try await setup.planner.reply(to: query(), within: .zero)
        let id = try #require(reply.correlationID)
        try await setup.operators["org1"]?.waitForCalls(1)
        let planner = setup.planner
        try await within("a stop") { await planner.shutdown() }
        try await setup.operators["org1"]?.waitForCancellations(1)
        #expect(try await store.request(id)?.state == .pending)

        let next = PlannerSetup(sources, setup.operators, requests: store)
        try await next.planner.recover()
        let done = try await next.planner.request(id, waitingFor: .seconds(30))
        guard case .completed(let document) = done.state else {
            Issue.record("it is \(done.state)")
            return
        }
        #expect(document["records"]?.text == text)
        #expect(try await store.pending().isEmpty)
    }

    @Test("A start does not take up what this process works on already")
    func recoveryTwice() async throws {
        let gate = Gate()
        let setup = setup([.after(gate, try name)])
        let reply = try await setup.planner.reply(to: query(), within: .zero)
        let id = try #require(reply.correlationID)
        try await setup.operators["org1"]?.waitForCalls(1)
        try await setup.planner.recover()
        #expect(setup.planner.pipelines.registry.waiterCount == 1)
        gate.open()
        _ = try await setup.planner.request(id, waitingFor: .seconds(30))
        #expect(setup.lookups.asked.count == 2, "once to look into the cache, once for the query itself")
    }

    @Test("What is left of a query that is no longer valid fails, and does not stay pending")
    func recoveryOfInvalid() async throws {
        let store = MemoryProcessedRequestStore()
        let request = ProcessedRequest(
            id: RandomID(), query: query(["Person.Gone"]), acceptedAt: Date(timeIntervalSince1970: 0))
        try await store.accept(request)
        let setup = setup([try name], requests: store)
        try await setup.planner.recover()
        let done = try await setup.planner.request(request.id, waitingFor: .seconds(30))
        guard case .failed(let code, _) = done.state else {
            Issue.record("it is \(done.state)")
            return
        }
        #expect(code == "LearnerDataNotFound")
    }
}

extension QueryPlanner.Reply {
    fileprivate var answer: ReadyAnswer? {
        if case .answer(let ready) = self { ready } else { nil }
    }

    fileprivate var correlationID: RandomID? {
        if case .goesOn(let id) = self { id } else { nil }
    }
}

/// Keeps no promise.
private struct RefusingRequestStore: ProcessedRequestStore {
    func accept(_ request: ProcessedRequest) async throws {
        throw LIFError(.outputWriteException, "The disk is full.", blame: .us)
    }

    func finish(_ id: RandomID, state: ProcessedRequest.State) async throws {}
    func request(_ id: RandomID) async throws -> ProcessedRequest? { nil }
    func pending() async throws -> [ProcessedRequest] { [] }
}
