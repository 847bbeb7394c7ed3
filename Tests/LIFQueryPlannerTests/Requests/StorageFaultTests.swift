import Foundation
import LIFConcurrency
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What was accepted waits for a store that fails, and is neither lost nor tried without a pause.
@Suite(.timeLimit(.minutes(1))) struct StorageFaultTests {
    private static let shortPauses = RetryPolicy(first: .milliseconds(1), longest: .milliseconds(4))

    private let faulty = FaultyRequests()
    private var store: ProcessedRequestStore { faulty.store }
    private let time = ManualTime()

    /// What the cache has expires at once, so that each fetch is counted.
    private func planner(
        _ runner: any PlanRunner, fragments: any FragmentStore = MemoryFragmentStore(),
        retry: RetryPolicy = shortPauses
    ) -> QueryPlanner {
        PlannerSetup(
            [source("org1", ["Name"], ttl: .zero), source("org2", ["Name"], ttl: .zero)], time: time, runner: runner,
            fragments: fragments, requests: store, configure: { $0.retry = retry }
        ).planner
    }

    private func accept(_ planner: QueryPlanner) async throws -> RandomID {
        try #require(try await planner.reply(to: query(), .noTime).correlationID)
    }

    /// A query's life alone, without a planner.
    private func cache(
        _ leases: any Leases = SoleLease(), retry: RetryPolicy = shortPauses,
        _ worker: @escaping @Sendable (ProcessedRequest, ProcessedRequestCache) async throws -> Void
    ) -> ProcessedRequestCache {
        ProcessedRequestCache(
            store: store, leases: leases, pendingLimit: 10, metrics: PlannerMetrics(), logger: .silent,
            now: { Date(timeIntervalSince1970: 0) }, retry: retry, worker: { try? await worker($0, $1) })
    }

    private func end(_ request: ProcessedRequest, _ cache: ProcessedRequestCache) async throws {
        _ = try await cache.finish(request, .completed)
    }

    private func left(by holder: HolderID = HolderID(), fence: Int = 1, isUntold: Bool = false) async throws -> RandomID
    {
        let request = ProcessedRequest(
            query: query(), acceptedAt: Date(timeIntervalSince1970: 0), holder: holder, fence: fence,
            isUntold: isUntold)
        try await store.accept(request)
        return request.id
    }

    @Test(
        "A store that fails, or that another process holds, delays an asynchronous query, and ends none",
        arguments: [FaultyRequests.Call.append, .finish, .checkRoom],
        [LIFError.Code.outputWriteException, .outputQueueNotAvailableException])
    func fails(call: FaultyRequests.Call, code: LIFError.Code) async throws {
        let runner = LearnersRunner(time, LearnersRunner.named)
        let planner = planner(runner)
        // Whether the store has room is asked after a fault only.
        if call == .checkRoom { faulty.fail(.append, 1, code) }
        faulty.fail(call, 12, code)
        let id = try await accept(planner)
        #expect(try await planner.request(id, waitingFor: .seconds(30)).state == .completed)
        #expect(faulty.count(call) >= 13)
        #expect(try await store.progress(of: id).landed == [.fetched: 2])
        // An end that is not taken is noted when the store takes it, and nothing is done again.
        if call == .finish { #expect(runner.partCount == 2) }
        await planner.shutdown()
    }

    @Test("A store that another process holds while it is read delays an asynchronous query, and ends none")
    func busy() async throws {
        let planner = planner(LearnersRunner(time, LearnersRunner.named))
        let id = try await left()
        faulty.fail(.landed, 12, .outputQueueNotAvailableException)
        try await planner.recover()
        #expect(try await planner.request(id, waitingFor: .seconds(30)).state == .completed)
        #expect(faulty.count(.landed) == 13)
        await planner.shutdown()
    }

    @Test("Which queries wait for the store is reported as long as they do, and no longer")
    func told() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            if part.informationSourceID == "org2" { try await gate.wait() }
            return try LearnersRunner.named(part)
        }
        let planner = planner(runner)
        #expect(planner.waitingForStore == nil)
        faulty.fail(.append)
        var ids: [RandomID] = []
        for _ in 0..<2 { ids.append(try await accept(planner)) }
        try await eventually("both wait") { planner.waitingForStore?.count == 2 }
        #expect(planner.waitingForStore?.reason.message == "The disk is full.")
        faulty.fail(.append, 0)
        // They are not done yet, and wait for the source only.
        let store = store
        for id in ids { try await eventually("a part") { try await store.progress(of: id).count == 1 } }
        #expect(planner.waitingForStore == nil)
        faulty.fail(.finish)
        gate.open()
        try await eventually("both wait with their end") { planner.waitingForStore?.count == 2 }
        faulty.fail(.finish, 0)
        try await eventually("the end") { planner.requests.jobCount == 0 }
        #expect(planner.waitingForStore == nil)
    }

    @Test("What this process holds and does not work on is taken up, and what it works on is not taken up again")
    func takenUp() async throws {
        let (leases, gate, begun) = (SoleLease(), Gate(), Tally())
        let cache = cache(leases) { request, cache in
            begun.add()
            try await gate.wait()
            try await end(request, cache)
        }
        let worked = try await left()
        try await cache.takeUp()
        let dropped = try await left(by: leases.own, isUntold: true)
        for _ in 0..<9 { try await cache.takeUp() }
        gate.open()
        for id in [worked, dropped] {
            #expect(try await cache.request(id, waitingFor: .seconds(30)).state == .completed)
            #expect(try await store.request(id)?.fence == 2)
        }
        #expect(begun.count == 2)
    }

    @Test(
        "A query that one process after another has left is given up, and says so",
        arguments: [ProcessedRequestCache.fenceLimit - 1, ProcessedRequestCache.fenceLimit])
    func poison(fence: Int) async throws {
        let cache = cache { try await end($0, $1) }
        let id = try await left(fence: fence)
        try await cache.takeOver()
        let done = try await cache.request(id, waitingFor: .seconds(30))
        switch done.state {
        case .failed(let code, let message):
            #expect(fence == ProcessedRequestCache.fenceLimit)
            #expect(code == "InternalFault")
            #expect(message.contains("started \(fence) times"))
        default:
            #expect(fence == ProcessedRequestCache.fenceLimit - 1)
            #expect(done.state == .completed)
        }
        await cache.close()
    }

    @Test("A query whose client left with the process that died is not gone on with")
    func untold() async throws {
        let worked = Tally()
        let cache = cache { _, _ in worked.add() }
        let id = try await left(isUntold: true)
        try await cache.takeOver()
        #expect(try await store.request(id)?.state == .expired)
        #expect(worked.count == 0)
        await cache.close()
    }

    @Test("What cannot be read again and again ends the query, with the fault that it was")
    func unreadable() async throws {
        let planner = planner(LearnersRunner(time, LearnersRunner.named))
        let id = try await left()
        faulty.fail(.landed)
        try await planner.recover()
        let done = try await planner.request(id, waitingFor: .seconds(30))
        #expect(done.state == .failed(code: "OutputReadException", message: "The disk is full."))
        #expect(faulty.count(.landed) == QueryExecution.readFaultLimit)
        await planner.shutdown()
    }

    /// Throws what it is given.
    private struct BrokenFragments: FragmentStore {
        let error: any Error

        func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] { throw error }
        func write(_ fragments: [StoredFragment], now: Date) async throws {}
        func changesByOthers() async throws -> FragmentChanges { .written([]) }
        func remove(storedBefore time: Date, limit: Int) async throws -> Int { 0 }
        func forget(_ learners: Set<LearnerIdentifier>, now: Date) async throws -> Int { 0 }
    }

    @Test("An error that is none of ours ends the query, and does not say what was in it")
    func unknownError() async throws {
        struct Odd: Error { let learner = "secret" }
        let planner = planner(
            LearnersRunner(time, LearnersRunner.named), fragments: BrokenFragments(error: Odd()))
        let id = try await left()
        try await planner.recover()
        guard case .failed(let code, let message) = try await planner.request(id, waitingFor: .seconds(30)).state else {
            Issue.record("it has not failed")
            return
        }
        #expect(code == "InternalFault")
        #expect(!message.contains("secret"))
        await planner.shutdown()
    }

    @Test("A stop that makes neighbours fail leaves the query pending, not failed")
    func failsByStop() async throws {
        let begun = Gate()
        let runner = LearnersRunner(time) { _ in
            begun.open()
            try? await Gate().wait()
            throw LIFError(.neighbourNotAvailable, "It went away.", blame: .source)
        }
        let planner = planner(runner)
        let id = try await accept(planner)
        try await within("its begin") { try await begun.wait() }
        await planner.shutdown()
        #expect(try await store.request(id)?.state == .pending)
    }

    @Test("A query that is given up while the store fails is given up when it does not")
    func discard() async throws {
        let runner = LearnersRunner(time) { _ in
            try await Gate().wait()
            return .empty(learnerKnown: true)
        }
        let planner = planner(runner)
        let id = try await accept(planner)
        faulty.fail(.discard, 3)
        await planner.discard(id)
        let store = store
        try await eventually("its end") { try await store.request(id)?.state == .expired }
        #expect(faulty.count(.discard) == 4)
        try await eventually("no work") { planner.requests.jobCount == 0 }
    }

    @Test("A death is acted on when the store works again")
    func claim() async throws {
        let machine = TestLeases.Machine()
        let (own, other) = (TestLeases(on: machine), TestLeases(on: machine))
        let cache = cache(own) { try await end($0, $1) }
        try await cache.takeOver()
        let id = try await left(by: other.own)
        faulty.fail(.claim, 5)
        other.die()
        #expect(try await cache.request(id, waitingFor: .seconds(30)).state == .completed)
        await cache.close()
    }

    @Test("Of a process that goes on while another takes over its queries no more are taken")
    func revives() async throws {
        let machine = TestLeases.Machine()
        let (own, hung) = (TestLeases(on: machine), TestLeases(on: machine))
        for _ in 0..<(ProcessedRequestCache.claimLimit + 4) {
            _ = try await left(by: hung.own, isUntold: true)
        }
        let gate = Gate()
        faulty.hold(.discard, at: gate)
        hung.die()
        let cache = cache(own) { try await end($0, $1) }
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
        let runner = LearnersRunner(time, LearnersRunner.named)
        let planner = planner(runner, retry: RetryPolicy(first: .seconds(3_600), longest: .seconds(3_600)))
        faulty.fail(.finish)
        let id = try await accept(planner)
        let faulty = faulty
        try await eventually("a fault") { faulty.count(.finish) == 1 }
        try await within("a stop", limit: .seconds(30)) { await planner.shutdown() }
        #expect(try await store.request(id)?.state == .pending)
        // Nothing is begun after a stop; the query is left to the next start.
        let late = try await accept(planner)
        #expect(try await store.request(late)?.state == .pending)
        try await eventually("nothing is done") {
            planner.requests.jobCount == 0 && planner.work.pipelines.registry.isIdle
        }
    }
}
