import Foundation
import LIFConcurrency
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct RequestEventsTests {
    private let time = ManualTime()

    private func names(_ events: RequestEvents) async throws -> [String] {
        var names: [String] = []
        while let event = try await events.next() { names.append(event.name) }
        return names
    }

    @Test("Parts come as they land, with their data, and the end after the last")
    func asTheyLand() async throws {
        let gates = (0..<3).map { _ in Gate() }
        let runner = LearnersRunner(time) { part in
            try await gates[Int(part.learner.identifier) ?? 0].wait()
            return try LearnersRunner.named(part)
        }
        let setup = PlannerSetup([source("org1", ["Name"])], time: time, runner: runner)
        let query = LIFQuery(learners: learners(0..<3), selectedFields: [])
        let id = try #require(try await setup.planner.reply(to: query, .noTime).correlationID)
        let events = try await setup.planner.events(of: id, after: 0)
        for learner in [2, 0, 1] {
            gates[learner].open()
            guard case .part(let part) = try await events.next() else {
                Issue.record("no part of learner \(learner)")
                return
            }
            #expect(part.landed.part.learner == learner)
            #expect(part.landed.content?.items.text == "[\"org1 \(learner)\"]")
        }
        #expect(try await names(events) == ["end completed"])
        #expect(try await events.next() == nil)
    }

    @Test("A listener that comes back gets exactly what it has not had, from every position")
    func resumed() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name", "Contact"]), source("org2", ["Name"])], time: time,
            runner: LearnersRunner(time, LearnersRunner.named))
        let query = LIFQuery(learners: learners(0..<40), selectedFields: [])
        let id = try #require(try await setup.planner.reply(to: query, .noTime).correlationID)
        _ = try await setup.planner.request(id, waitingFor: .seconds(60))
        let all = try await names(setup.planner.events(of: id, after: 0))
        #expect(all.count == 121)
        #expect(Set(all).count == 121)
        #expect(all.last == "end completed")
        for position in 0...121 {
            let rest = try await names(setup.planner.events(of: id, after: position))
            #expect(rest == Array(all.dropFirst(min(position, 120))))
        }
    }

    @Test("A listener that leaves ends, and leaves nothing behind")
    func leaves() async throws {
        let news = Broadcast<RandomID, Void>(.newest)
        let cache = Self.cache(ProcessedRequestStore(), news)
        let request = ProcessedRequest(query: query(), acceptedAt: time.now, holder: HolderID())
        try await cache.store.accept(request)
        let listening = Task {
            let events = RequestEvents(of: request.id, after: 0, cache: cache)
            return try await events.next() == nil
        }
        try await eventually("a listener") { news.listenerCount == 1 }
        listening.cancel()
        #expect(try await within("its end") { try await listening.value })
        try await eventually("no listener") { news.listenerCount == 0 }
    }

    @Test("Who waits for an end leaves nothing behind either")
    func waiterLeaves() async throws {
        let news = Broadcast<RandomID, Void>(.newest)
        let cache = Self.cache(ProcessedRequestStore(), news)
        let request = ProcessedRequest(query: query(), acceptedAt: time.now, holder: HolderID())
        try await cache.store.accept(request)
        #expect(try await cache.request(request.id, waitingFor: .milliseconds(5)).state == .pending)
        try await eventually("no listener") { news.listenerCount == 0 }
    }

    @Test("Who is woken up, waiting or listening, does not read the query again")
    func readsNoQuery() async throws {
        let faulty = FaultyRequests()
        let store = faulty.store
        let news = Broadcast<RandomID, Void>(.newest)
        let cache = Self.cache(store, news)
        let request = ProcessedRequest(query: query(), acceptedAt: time.now, holder: HolderID())
        try await store.accept(request)
        let events = RequestEvents(of: request.id, after: 0, cache: cache)
        let waiting = Task { try await cache.request(request.id, waitingFor: .seconds(60)) }
        try await eventually("both listen") { news.listenerCount == 2 }
        for number in 0..<20 {
            let part = AnswerPart(
                learner: number, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .empty)
            _ = try await store.append([LandedPart(part, content: nil)], to: request.id, fence: 1)
            let before = faulty.count(.status)
            news.send(to: request.id)
            try await eventually("the waiter looks again") { faulty.count(.status) > before }
            guard case .part = try await events.next() else {
                Issue.record("no part \(number)")
                return
            }
        }
        #expect(faulty.count(.request) == 0)
        _ = try await store.finish(request.id, fence: 1, state: .completed, at: time.now)
        news.send(to: request.id)
        #expect(try await waiting.value.state == .completed)
        #expect(try await names(events) == ["end completed"])
        // Once, for who wants the query.
        #expect(faulty.count(.request) == 1)
    }

    @Test("However many listen and whichever process appends, each gets each part once, in order, and then the end")
    func stress() async throws {
        for round in 0..<5 {
            let store = ProcessedRequestStore()
            let news = Broadcast<RandomID, Void>(.newest)
            let caches = [
                Self.cache(store, news),
                Self.cache(ProcessedRequestStore(sharing: store), Broadcast<RandomID, Void>(.newest)),
            ]
            let request = ProcessedRequest(query: query(), acceptedAt: time.now, holder: HolderID())
            try await store.accept(request)
            let expected = (1...100).map { "part \($0)" } + ["end completed"]
            try await within("all events") { [time] in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<24 {
                        group.addTask {
                            let cache = caches[number % 2]
                            if number % 3 == 0 {
                                let end = try await cache.request(request.id, waitingFor: .seconds(60))
                                #expect(end.state == .completed)
                                return
                            }
                            let events = RequestEvents(of: request.id, after: number, cache: cache)
                            #expect(try await self.names(events) == Array(expected.dropFirst(number)))
                        }
                    }
                    group.addTask {
                        for number in 0..<100 {
                            let part = AnswerPart(
                                learner: number, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1",
                                outcome: .empty)
                            _ = try await store.append([LandedPart(part, content: nil)], to: request.id, fence: 1)
                            news.send(to: request.id)
                            for _ in 0..<(number + round) % 4 { await Task.yield() }
                        }
                        _ = try await store.finish(request.id, fence: 1, state: .completed, at: time.now)
                        news.send(to: request.id)
                    }
                    try await group.waitForAll()
                }
            }
            try await eventually("no listeners") { news.listenerCount == 0 }
        }
    }

    private static func cache(_ store: ProcessedRequestStore, _ news: Broadcast<RandomID, Void>)
        -> ProcessedRequestCache
    {
        ProcessedRequestCache(
            store: store, leases: SoleLease(), pendingLimit: 10, news: news, metrics: PlannerMetrics(),
            logger: .silent, now: { Date(timeIntervalSince1970: 0) }, worker: { _, _ in })
    }
}
