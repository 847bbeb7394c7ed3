import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What becomes of an asynchronous query when processes stop, hang and die.
@Suite(.timeLimit(.minutes(1))) struct AsynchronousQueryTests {
    private let time = ManualTime()
    // What the cache has expires at once: only what has landed of the request itself can save a fetch.
    private let sources = ["org1", "org2", "org3"].map { source($0, ["Name"], ttl: .zero) }

    /// org1 has data, org3 fails, org2 waits at the gate.
    private func runner(_ gate: Gate) -> LearnersRunner {
        LearnersRunner(time) { part in
            switch part.informationSourceID {
            case "org2": try await gate.wait()
            case "org3": throw LIFError.refused
            default: break
            }
            return try LearnersRunner.named(part)
        }
    }

    private func learner(_ number: Int) -> LIFQuery { LIFQuery(learners: learners([number]), selectedFields: []) }

    private let text = #"[{"Person":[{"Name":["org1 1","org2 1"]}]}]"#

    /// A process of its own on the store.
    private func planner(
        _ runner: LearnersRunner, _ store: ProcessedRequestStore, _ leases: any Leases = SoleLease(),
        pendingLimit: Int = 1_000
    ) -> QueryPlanner {
        PlannerSetup(sources, time: time, runner: runner, requests: store, leases: leases) {
            $0.pendingLimit = pendingLimit
        }.planner
    }

    private func landed(_ count: Int, of id: RandomID, in store: ProcessedRequestStore) async throws {
        try await eventually("\(count) parts") { try await store.progress(of: id).count == count }
    }

    /// Leases that tell when nobody listens to them any more.
    private struct WatchedLeases: Leases {
        let own = HolderID()
        let isLeft = Gate()

        func living() async throws -> Set<HolderID> { [own] }

        func departures() -> AsyncStream<Void> {
            AsyncStream { [isLeft] continuation in continuation.onTermination = { _ in isLeft.open() } }
        }
    }

    @Test("A planner that has stopped does not listen any more for processes that die")
    func stopsListening() async throws {
        let leases = WatchedLeases()
        let planner = planner(runner(Gate()), ProcessedRequestStore(), leases)
        try await planner.recover()
        #expect(!leases.isLeft.isOpen)
        try await within("a stop") { await planner.shutdown() }
        try await within("the end of listening", limit: .seconds(20)) { try await leases.isLeft.wait() }
    }

    @Test("After a stop what has landed, also a failure, is not fetched again")
    func resumed() async throws {
        let store = ProcessedRequestStore()
        let (first, second) = (runner(Gate()), runner(Gate(isOpen: true)))
        let planner = planner(first, store)
        let id = try #require(try await planner.reply(to: learner(1), .noTime).correlationID)
        try await landed(2, of: id, in: store)
        try await within("a stop") { await planner.shutdown() }
        #expect(try await store.request(id)?.state == .pending)
        #expect(first.cancelled == 1)

        let next = self.planner(second, store)
        try await next.recover()
        #expect(try await next.compatible(id) == text)
        #expect(try await store.progress(of: id).landed == [.fetched: 2, .missing: 1])
        #expect(second.asked == [LearnersRunner.Asked(source: "org2", learner: "1", entity: "Name"): 1])
        await next.shutdown()
    }

    @Test(
        "When a process dies another takes its queries over, whoever waits is notified, and a late writer changes nothing"
    )
    func takenOver() async throws {
        let machine = TestLeases.Machine()
        let store = ProcessedRequestStore()
        let leases = [TestLeases(on: machine), TestLeases(on: machine)]
        let gate = Gate()
        let runners = [runner(gate), runner(Gate(isOpen: true))]
        let hung = planner(runners[0], store, leases[0])
        let other = planner(runners[1], ProcessedRequestStore(sharing: store), leases[1])
        try await hung.recover()
        try await other.recover()
        let id = try #require(try await hung.reply(to: learner(1), .noTime).correlationID)
        try await landed(2, of: id, in: store)
        #expect(runners[1].partCount == 0, "its holder lives")
        let waiting = Task { try await hung.request(id, waitingFor: .seconds(60)) }
        let events = try await hung.events(of: id, after: 0)
        let listening = Task {
            var kinds: [String] = []
            while let event = try await events.next() { kinds.append(event.name) }
            return kinds
        }
        leases[0].die()
        // Told by the other process's changes.
        #expect(try await waiting.value.state == .completed)
        #expect(try await within("the end of the events") { try await listening.value }.last == "end completed")
        #expect(try await other.compatible(id) == text)
        #expect(runners[1].asked == [LearnersRunner.Asked(source: "org2", learner: "1", entity: "Name"): 1])
        #expect(try await store.request(id)?.holder == leases[1].own)
        let progress = try await store.progress(of: id)

        leases[0].revive()
        gate.open()
        try await eventually("the late one gives up") { hung.requests.jobCount == 0 }
        #expect(try await store.progress(of: id) == progress)
        #expect(try await store.request(id)?.state == .completed)
        await hung.shutdown()
        await other.shutdown()
    }

    @Test("A query that was lost to another process and comes back goes on, though the former work on it still hangs")
    func lostAndGotBack() async throws {
        let machine = TestLeases.Machine()
        let store = ProcessedRequestStore()
        let leases = [TestLeases(on: machine), TestLeases(on: machine)]
        let gate = Gate()
        let first = runner(gate)
        let planners = [
            planner(first, store, leases[0]),
            planner(runner(Gate()), ProcessedRequestStore(sharing: store), leases[1]),
        ]
        let id = try #require(try await planners[0].reply(to: learner(1), .noTime).correlationID)
        try await landed(2, of: id, in: store)
        leases[0].die()
        try await planners[1].recover()
        #expect(try await store.request(id)?.fence == 2)
        leases[0].revive()
        leases[1].die()
        try await planners[0].recover()
        #expect(try await store.request(id)?.fence == 3)
        try await eventually("both wait for one fetch") {
            planners[0].work.pipelines.registry.waiterCount == 2
        }
        gate.open()
        #expect(try await planners[0].compatible(id) == text)
        #expect(first.count("org2", "1") == 1)
        for planner in planners { await planner.shutdown() }
    }

    @Test("Two processes that see a death take each query once")
    func claimedOnce() async throws {
        let machine = TestLeases.Machine()
        let store = ProcessedRequestStore()
        let leases = (0..<3).map { _ in TestLeases(on: machine) }
        let dead = planner(runner(Gate()), store, leases[0])
        let runners = (0..<2).map { _ in runner(Gate(isOpen: true)) }
        let planners = zip(runners, leases.dropFirst()).map { runner, leases in
            planner(runner, ProcessedRequestStore(sharing: store), leases)
        }
        for planner in planners { try await planner.recover() }
        var ids: [RandomID] = []
        for number in 0..<12 {
            let id = try #require(try await dead.reply(to: learner(number), .noTime).correlationID)
            try await landed(2, of: id, in: store)
            ids.append(id)
        }
        leases[0].die()
        for id in ids {
            #expect(try await planners[0].request(id, waitingFor: .seconds(60)).state == .completed)
        }
        #expect(runners.map(\.partCount).reduce(0, +) == 12)
        for planner in planners + [dead] { await planner.shutdown() }
    }

    @Test("Past the limit of pending queries one more is refused, and taken again when one has ended")
    func overloaded() async throws {
        let gate = Gate()
        let runner = runner(gate)
        let planner = planner(runner, ProcessedRequestStore(), pendingLimit: 2)
        var ids: [RandomID] = []
        for number in 0..<2 {
            ids.append(try #require(try await planner.reply(to: learner(number), .noTime).correlationID))
        }
        let error = await #expect(throws: LIFError.self) { try await planner.reply(to: learner(3), .noTime) }
        #expect(error?.code == .overloaded)
        #expect(error?.isRetryable == true)
        gate.open()
        _ = try await planner.request(ids[0], waitingFor: .seconds(60))
        let after = try await planner.reply(to: learner(3), .noTime)
        #expect(after.correlationID != nil)
        await planner.shutdown()
    }

    @Test("A query that is given up is cancelled at once, and its id says that there is no answer")
    func discarded() async throws {
        let runner = runner(Gate())
        let planner = planner(runner, ProcessedRequestStore())
        let id = try #require(try await planner.reply(to: learner(1), .noTime).correlationID)
        try await landed(2, of: id, in: planner.requests.store)
        let events = try await planner.events(of: id, after: 0)
        await planner.discard(id)
        #expect(runner.cancelled == 1)
        #expect(try await planner.request(id).state == .expired)
        guard case .end(let request) = try await events.next() else {
            Issue.record("the events do not end")
            return
        }
        #expect(request.state == .expired)
        let error = await #expect(throws: LIFError.self) { try await planner.events(of: id, after: 0) }
        #expect(error?.code == .resultExpired)
        #expect(planner.requests.jobCount == 0)
    }

    @Test(
        "What has landed when the time is up, also failures, is not fetched again, and the rest is joined, not cancelled"
    )
    func timeUp() async throws {
        // Until both have landed before the time is up: a machine may be slow.
        for wait in [0.05, 0.5, 5, 30] {
            let gate = Gate()
            let runner = runner(gate)
            let setup = PlannerSetup(sources, time: time, runner: runner)
            let options = QueryOptions(wait: .seconds(wait))
            let id = try #require(try await setup.planner.reply(to: learner(1), options).correlationID)
            let atOnce = try await setup.planner.progress(of: id)
            guard atOnce.landed == [.fetched: 1, .missing: 1] else { continue }
            let registry = setup.planner.work.pipelines.registry
            #expect(registry.waiterCount == 1, "the query goes on as it is")
            gate.open()
            #expect(try await setup.planner.compatible(id) == text)
            #expect(try await setup.planner.progress(of: id).landed == [.fetched: 2, .missing: 1])
            #expect(["org1", "org2", "org3"].map { runner.count($0, "1") } == [1, 1, 1])
            #expect(runner.cancelled == 0)
            await setup.planner.shutdown()
            return
        }
        Issue.record("nothing has landed in time")
    }

    @Test("A stop ends a query whose time was up, with its fetches, and leaves it pending")
    func stopAfterTimeUp() async throws {
        let runner = runner(Gate())
        let store = ProcessedRequestStore()
        let planner = planner(runner, store)
        let id = try #require(try await planner.reply(to: learner(1), .shortTime).correlationID)
        try await landed(2, of: id, in: store)
        try await within("a stop") { await planner.shutdown() }
        let registry = planner.work.pipelines.registry
        try await eventually("no flights") { registry.isIdle }
        #expect(try await store.request(id)?.state == .pending)
    }
}

extension RequestEvents.Event {
    /// `part 3`, or `end` with the state.
    var name: String {
        switch self {
        case .part(let part): "part \(part.position)"
        case .end(let request): "end \(request.state)"
        }
    }
}
