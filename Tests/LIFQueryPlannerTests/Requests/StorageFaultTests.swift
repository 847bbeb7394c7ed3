import Foundation
import LIFConcurrency
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What was promised waits for a store that fails, and is neither lost nor tried without a pause.
@Suite(.timeLimit(.minutes(1))) struct StorageFaultTests {
    private let faulty = FaultyRequests()
    private var store: ProcessedRequestStore { faulty.store }
    private let part = LandedPart(
        AnswerPart(learner: 0, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .empty),
        content: nil)

    private func cache(
        _ leases: any Leases = SoleLease(), _ worker: @escaping ProcessedRequestCache.Worker
    ) -> ProcessedRequestCache {
        ProcessedRequestCache(
            store: store, leases: leases, pendingLimit: 10, news: Broadcast<RandomID, Void>(.newest),
            metrics: PlannerMetrics(),
            logger: .silent, now: { Date(timeIntervalSince1970: 0) },
            retry: RetryPolicy(first: .milliseconds(1), longest: .milliseconds(4)), worker: worker)
    }

    private func promise(_ cache: ProcessedRequestCache) async throws -> RandomID {
        try await cache.promise(query(), asOf: nil, via: FederationPath(), expectedParts: 1)
    }

    @Test("A query whose part is not taken stays pending, and goes on when the store takes it")
    func append() async throws {
        let (store, part) = (store, part)
        let cache = cache { request in
            _ = try await store.append([part], to: request.id, fence: request.fence)
            return .completed
        }
        faulty.fail(.append, 12)
        let id = try await promise(cache)
        #expect(try await cache.request(id, waitingFor: .seconds(30)).state == .completed)
        #expect(faulty.count(.append) == 13)
        #expect(try await store.progress(of: id).count == 1)
    }

    @Test("Which queries wait for the store is told as long as they do, and no longer")
    func told() async throws {
        let (store, part) = (store, part)
        let (begun, gate) = (Tally(), Gate())
        let cache = cache { request in
            begun.add()
            _ = try await store.append([part], to: request.id, fence: request.fence)
            try await gate.wait()
            return .completed
        }
        #expect(cache.waiting == nil)
        faulty.fail(.append)
        for _ in 0..<2 { _ = try await promise(cache) }
        try await eventually("both wait") { cache.waiting?.count == 2 }
        #expect(cache.waiting?.reason.message == "The disk is full.")
        faulty.fail(.append, 0)
        // They are not done yet, and wait for the source only.
        try await eventually("none waits") { cache.waiting == nil && begun.count >= 4 }
        faulty.fail(.finish)
        gate.open()
        try await eventually("both wait with their end") { cache.waiting?.count == 2 }
        faulty.fail(.finish, 0)
        try await eventually("the end") { cache.jobCount == 0 }
        #expect(cache.waiting == nil)
    }

    @Test("An end that is not taken is kept when the store takes it, and the work is not done again")
    func finish() async throws {
        let works = Tally()
        let cache = cache { _ in
            works.add()
            return .completed
        }
        faulty.fail(.finish, 12)
        let id = try await promise(cache)
        #expect(try await cache.request(id, waitingFor: .seconds(30)).state == .completed)
        #expect(faulty.count(.finish) == 13)
        #expect(works.count == 1)
    }

    @Test(
        "A store that another process holds delays a promised query, and ends none",
        arguments: [FaultyRequests.Call.landed, .append, .finish])
    func busy(call: FaultyRequests.Call) async throws {
        let (store, part) = (store, part)
        let cache = cache { request in
            _ = try await store.landed(of: request.id, learners: 0..<1)
            _ = try await store.append([part], to: request.id, fence: request.fence)
            return .completed
        }
        faulty.fail(call, 12, .outputQueueNotAvailableException)
        let id = try await promise(cache)
        #expect(try await cache.request(id, waitingFor: .seconds(30)).state == .completed)
        #expect(faulty.count(call) == 13)
    }

    @Test("What this process holds and does not work on is taken up, and what it works on is not taken up again")
    func takenUp() async throws {
        let (leases, gate, begun) = (SoleLease(), Gate(), Tally())
        let cache = cache(leases) { _ in
            begun.add()
            try await gate.wait()
            return .completed
        }
        let worked = try await promise(cache)
        let dropped = ProcessedRequest(
            query: query(), acceptedAt: Date(timeIntervalSince1970: 0), holder: leases.own, isUntold: true)
        try await store.accept(dropped)
        for _ in 0..<9 { try await cache.takeUp() }
        gate.open()
        for id in [worked, dropped.id] {
            #expect(try await cache.request(id, waitingFor: .seconds(30)).state == .completed)
        }
        #expect(try await store.request(worked)?.fence == 1)
        #expect(try await store.request(dropped.id)?.fence == 2)
        #expect(begun.count == 2)
    }

    @Test(
        "A query that one process after another has left is given up, and says so",
        arguments: [ProcessedRequestCache.fenceLimit - 1, ProcessedRequestCache.fenceLimit])
    func poison(fence: Int) async throws {
        let cache = cache { _ in .completed }
        let request = ProcessedRequest(
            query: query(), acceptedAt: Date(timeIntervalSince1970: 0), holder: HolderID(), fence: fence)
        try await store.accept(request)
        try await cache.takeOver()
        let done = try await cache.request(request.id, waitingFor: .seconds(30))
        switch done.state {
        case .failed(let code, let message):
            #expect(fence == ProcessedRequestCache.fenceLimit)
            #expect(code == "InternalFault")
            #expect(message.contains("begun \(fence) times"))
        default:
            #expect(fence == ProcessedRequestCache.fenceLimit - 1)
            #expect(done.state == .completed)
        }
        await cache.close()
    }

    @Test("A query whose client left with the process that died is not gone on with")
    func untold() async throws {
        let worked = Tally()
        let cache = cache { _ in
            worked.add()
            return .completed
        }
        let request = ProcessedRequest(
            query: query(), acceptedAt: Date(timeIntervalSince1970: 0), holder: HolderID(), isUntold: true)
        try await store.accept(request)
        try await cache.takeOver()
        #expect(try await store.request(request.id)?.state == .expired)
        #expect(worked.count == 0)
        await cache.close()
    }

    @Test("What cannot be read again and again ends the query, with the fault that it was")
    func unreadable() async throws {
        let store = store
        let cache = cache { request in
            _ = try await store.landed(of: request.id, learners: 0..<1)
            return .completed
        }
        faulty.fail(.landed)
        let id = try await promise(cache)
        let done = try await cache.request(id, waitingFor: .seconds(30))
        #expect(done.state == .failed(code: "OutputReadException", message: "The disk is full."))
        #expect(faulty.count(.landed) == RetryPolicy.readFaults)
    }

    @Test("An error that is none of ours ends the query, and does not say what was in it")
    func unknownError() async throws {
        struct Odd: Error { let learner = "secret" }
        let cache = cache { _ in throw Odd() }
        let id = try await promise(cache)
        guard case .failed(let code, let message) = try await cache.request(id, waitingFor: .seconds(30)).state else {
            Issue.record("it has not failed")
            return
        }
        #expect(code == "InternalFault")
        #expect(!message.contains("secret"))
    }

    @Test("A stop that makes neighbours fail leaves the query pending, not failed", arguments: [true, false])
    func failsByStop(isThrown: Bool) async throws {
        let begun = Gate()
        let cache = cache { _ in
            begun.open()
            try? await Gate().wait()
            let error = LIFError(.neighbourNotAvailable, "It went away.", blame: .source)
            if isThrown { throw error }
            return .failed(code: error.code.rawValue, message: error.message)
        }
        let id = try await promise(cache)
        try await within("its begin") { try await begun.wait() }
        await cache.close()
        #expect(try await store.request(id)?.state == .pending)
    }

    @Test("A query that is given up while the store fails is given up when it does not")
    func discard() async throws {
        let cache = cache { _ in
            try await Gate().wait()
            return .completed
        }
        let id = try await promise(cache)
        faulty.fail(.discard, 3)
        await cache.discard(id)
        let store = store
        try await eventually("its end") { try await store.request(id)?.state == .expired }
        #expect(faulty.count(.discard) == 4)
        try await eventually("no work") { cache.jobCount == 0 }
    }

    @Test("A death is acted on when the store works again")
    func claim() async throws {
        let machine = TestLeases.Machine()
        let (own, other) = (TestLeases(on: machine), TestLeases(on: machine))
        let cache = cache(own) { _ in .completed }
        try await cache.takeOver()
        let request = ProcessedRequest(
            query: query(), acceptedAt: Date(timeIntervalSince1970: 0), holder: other.own)
        try await store.accept(request)
        faulty.fail(.claim, 5)
        other.die()
        #expect(try await cache.request(request.id, waitingFor: .seconds(30)).state == .completed)
        await cache.close()
    }

    @Test("Of a process that goes on while another takes over its queries no more are taken")
    func revives() async throws {
        let machine = TestLeases.Machine()
        let (own, hung) = (TestLeases(on: machine), TestLeases(on: machine))
        for _ in 0..<(ProcessedRequestCache.claimLimit + 4) {
            try await store.accept(
                ProcessedRequest(
                    query: query(), acceptedAt: Date(timeIntervalSince1970: 0), holder: hung.own, isUntold: true))
        }
        let gate = Gate()
        faulty.hold(.discard, at: gate)
        hung.die()
        let cache = cache(own) { _ in .completed }
        let taking = Task { try await cache.takeOver() }
        let store = store
        try await eventually("the first are claimed") { faulty.count(.discard) == 1 }
        hung.revive()
        gate.open()
        try await within("the taking over") { try await taking.value }
        #expect(try await store.pendingCount() == 4)
        #expect(faulty.count(.claim) == 2)
        await cache.close()
    }

    @Test("A stop does not wait for a store that fails")
    func close() async throws {
        let cache = ProcessedRequestCache(
            store: store, leases: SoleLease(), pendingLimit: 10, news: Broadcast<RandomID, Void>(.newest),
            metrics: PlannerMetrics(),
            logger: .silent, now: { Date(timeIntervalSince1970: 0) },
            retry: RetryPolicy(first: .seconds(3_600), longest: .seconds(3_600)), worker: { _ in .completed })
        faulty.fail(.finish)
        let id = try await promise(cache)
        let store = store
        try await eventually("a fault") { faulty.count(.finish) == 1 }
        try await within("a stop", limit: .seconds(30)) { await cache.close() }
        #expect(try await store.request(id)?.state == .pending)
        // Nothing is begun after a stop; the promise is left to the next start.
        let late = try await promise(cache)
        #expect(try await store.request(late)?.state == .pending)
        #expect(cache.jobCount == 0)
    }
}
