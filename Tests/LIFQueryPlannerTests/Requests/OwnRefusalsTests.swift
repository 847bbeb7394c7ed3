import Foundation
import LIFConcurrency
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What no source is to blame for is tried again, and is no outcome of an asynchronous query while it may pass.
@Suite(.timeLimit(.minutes(1))) struct OwnRefusalsTests {
    private static let unavailable = LIFError(
        .neighbourNotAvailable, "The Identity Mapper is not available. Try again later.", blame: .source,
        isRetryable: true)

    private static func shortPauses(_ configuration: inout QueryPlannerConfiguration) {
        configuration.retry = RetryPolicy(first: .milliseconds(1), longest: .milliseconds(2))
    }

    private let time = ManualTime()
    private let store = ProcessedRequestStore()

    /// Works on an asynchronous query of so many learners, with short pauses.
    private func work(
        learners count: Int, _ setup: PlannerSetup
    ) async throws -> (end: ProcessedRequest.State, parts: [AnswerPart]) {
        let request = ProcessedRequest(
            query: LIFQuery(learners: learners(0..<count), selectedFields: []), acceptedAt: time.now,
            holder: HolderID())
        try await store.accept(request)
        let planner = setup.planner
        try await planner.recover()
        let end = try await within("its end") { try await planner.request(request.id, waitingFor: .seconds(60)).state }
        await planner.shutdown()
        return (end, try await store.outcomes(of: request.id, after: 0, limit: 1_000).map(\.landed.part))
    }

    private func setup(
        _ runner: any PlanRunner, identities: any IdentityLookup = SharedIdentities(),
        fragments: any FragmentStore = MemoryFragmentStore()
    ) -> PlannerSetup {
        PlannerSetup(
            [source("org1", ["Name"])], time: time, runner: runner, fragments: fragments, requests: store,
            identities: identities, configure: Self.shortPauses)
    }

    @Test("A hiccup of the Identity Mapper delays an asynchronous query, and costs nothing of it")
    func hiccup() async throws {
        let identities = FailingIdentities(faults: 3) { _ in true }
        let done = try await work(
            learners: 1, setup(LearnersRunner(time, LearnersRunner.named), identities: identities))
        #expect(done.end == .completed)
        #expect(done.parts.map(\.outcome) == [.fetched])
    }

    @Test("Where the Identity Mapper stays away, the pages that need it are missing, and the others are answered")
    func mapperIsAway() async throws {
        let identities = FailingIdentities { $0.first?.identifier == "100" }
        let done = try await work(
            learners: 150, setup(LearnersRunner(time, LearnersRunner.named), identities: identities))
        #expect(done.end == .completed)
        #expect(done.parts.filter { $0.outcome == .fetched }.map(\.learner).sorted() == Array(0..<100))
        let missing = done.parts.filter { $0.outcome == .missing }
        #expect(missing.map(\.learner) == Array(100..<150))
        #expect(missing.allSatisfy { $0.failure == Failure(.unreachable, Self.unavailable.message) })
        #expect(missing.allSatisfy { $0.sourceID == "org1" && $0.path == FragmentPath(entity: "Name") })
    }

    @Test("Where nothing could be had without the Identity Mapper, the query fails by it")
    func nothingLanded() async throws {
        let identities = FailingIdentities { _ in true }
        let runner = LearnersRunner(time, LearnersRunner.named)
        let done = try await work(learners: 150, setup(runner, identities: identities))
        #expect(done.end == .failed(code: "NeighbourNotAvailable", message: Self.unavailable.message))
        #expect(runner.plans.isEmpty)
    }

    @Test(
        "A plan that this process refuses is run later, and is no outcome of its sources",
        arguments: [LIFError.Code.overloaded, .jobPostException, .outputQueueNotAvailableException])
    func refusedPlan(code: LIFError.Code) async throws {
        let runner = RefusingRunner(
            LearnersRunner(time, LearnersRunner.named), LIFError(code, "Not now.", blame: .us, isRetryable: true),
            times: 8)
        let done = try await work(learners: 2, setup(runner))
        #expect(done.end == .completed)
        #expect(done.parts.map(\.outcome) == [.fetched, .fetched])
        #expect(runner.calls.count == 9)
    }

    @Test("A plan that an orchestrator elsewhere refuses for now is run later, and is no outcome of its sources")
    func awayForNow() async throws {
        for code in [LIFError.Code.neighbourNotAvailable, .overloaded, .jobPostException] {
            let error = LIFError(code, "Not now.", blame: .source, isRetryable: true, retryAfter: .milliseconds(3))
            let runner = RefusingRunner(LearnersRunner(time, LearnersRunner.named), error, times: 12)
            let done = try await work(learners: 120, setup(runner))
            #expect(done.end == .completed)
            #expect(done.parts.map(\.outcome) == Array(repeating: .fetched, count: 120))
        }
    }

    @Test("Parts that the orchestrator does not know are missing after some tries, and cost nothing of the others")
    func knowsLess() async throws {
        let runner = PartlyRefusingRunner(LearnersRunner(time, LearnersRunner.named), refused: ["org2"])
        let setup = PlannerSetup(
            [source("org1", ["Name"]), source("org2", ["Name"])], time: time, runner: runner, requests: store,
            configure: Self.shortPauses)
        let done = try await work(learners: 2, setup)
        #expect(done.end == .completed)
        #expect(done.parts.filter { $0.sourceID == "org1" }.map(\.outcome) == [.fetched, .fetched])
        let missing = done.parts.filter { $0.sourceID == "org2" }
        #expect(missing.map(\.outcome) == [.missing, .missing])
        #expect(missing.allSatisfy { $0.failure?.reason == .operatorNotFound })
        #expect(
            runner.plans.value.map { Set($0.parts.map(\.informationSourceID)) }.dropFirst().allSatisfy {
                $0 == ["org2"]
            })
        #expect(runner.plans.value.count == QueryExecution.neighbourFaults)
    }

    @Test("A reload while a query is worked on holds for what is left of it")
    func reload() async throws {
        let left = source("org1", ["Name"])
        let runner = PartlyRefusingRunner(LearnersRunner(time, LearnersRunner.named), refused: ["org2"])
        let setup = PlannerSetup(
            [left, source("org2", ["Name"])], time: time, runner: runner, requests: store, configure: Self.shortPauses)
        let planner = setup.planner
        var new = planner.configuration
        new.catalogue = SourceCatalogue([left])
        runner.onRefusal.value = { [new] in planner.reconfigure(new) }
        let done = try await work(learners: 950, setup)
        #expect(done.end == .completed)
        #expect(done.parts.filter { $0.sourceID == "org1" }.map(\.outcome) == Array(repeating: .fetched, count: 950))
        #expect(done.parts.count == 950, "what is no source any more is not missing")
    }

    @Test("A plan that a neighbour refuses is the outcome of its sources, at once")
    func refusedByNeighbour() async throws {
        let error = LIFError(.neighbourNotAvailable, "The Orchestrator is away.", blame: .source)
        let runner = RefusingRunner(LearnersRunner(time, LearnersRunner.named), error, times: .max)
        let done = try await work(learners: 1, setup(runner))
        #expect(done.end == .failed(code: "NeighbourNotAvailable", message: "The Orchestrator is away."))
        #expect(done.parts.map(\.outcome) == [.missing])
        #expect(runner.calls.count == 1)
    }

    @Test("A cache that another process holds while a fetch begins makes nothing missing")
    func busyCache() async throws {
        // The first read is the look into the cache; the second one is the fetch's.
        let fragments = BusyFragmentStore(failing: 2...4)
        let done = try await work(
            learners: 1, setup(LearnersRunner(time, LearnersRunner.named), fragments: fragments))
        #expect(done.end == .completed)
        #expect(done.parts.map(\.outcome) == [.fetched])
    }

    private static let full = LIFError(.overloaded, "Not now.", blame: .us, isRetryable: true)

    @Test("Who waits for an answer gets it when the plan is taken in time")
    func takenInTime() async throws {
        for error in [Self.full, LIFError(.neighbourNotAvailable, "Away.", blame: .source, isRetryable: true)] {
            let setup = setup(RefusingRunner(LearnersRunner(time, LearnersRunner.named), error, times: 3))
            let planner = setup.planner
            let reply = try await within("a reply") { try await planner.reply(to: query()) }
            #expect(reply.answer?.answer.parts.map(\.outcome) == [.fetched])
        }
    }

    @Test("When the plan is not taken in time the query goes on, with nothing missing")
    func notTakenInTime() async throws {
        let runner = RefusingRunner(LearnersRunner(time, LearnersRunner.named), Self.full, times: 4)
        let planner = setup(runner).planner
        let reply = try await within("a reply") {
            try await planner.reply(to: query(), QueryOptions(wait: .milliseconds(50)))
        }
        let id = try #require(reply.correlationID)
        #expect(try await planner.compatible(id).contains("Person"))
        let parts = try await planner.outcomes(of: id, after: 0, limit: 10).map(\.landed.part)
        #expect(parts.count == 1 && parts.allSatisfy { $0.outcome == .fetched || $0.outcome == .cached })
        await planner.shutdown()
    }

    @Test("Expired data within its grace answers after half of the time")
    func stale() async throws {
        let runner = RefusingRunner(LearnersRunner(time, LearnersRunner.named), Self.full, times: 0)
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60), staleIfError: .seconds(3_600))], time: time, runner: runner)
        let planner = setup.planner
        _ = try await setup.run()
        time.advance(by: .seconds(120))
        runner.times.value = .max
        let reply = try await within("a reply") {
            try await planner.reply(to: query(), QueryOptions(wait: .seconds(4)))
        }
        #expect(reply.answer?.answer.parts.map(\.outcome) == [.stale])
        #expect(runner.calls.count > 2)
        await planner.shutdown()
    }

    @Test("Who waits as long as it takes gets the refusal when the configured time is over")
    func refusedInMemory() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"])], time: time,
            runner: RefusingRunner(LearnersRunner(time, LearnersRunner.named), Self.full, times: .max),
            configure: { $0.timeout = .milliseconds(300) })
        let thrown = await #expect(throws: LIFError.self) { _ = try await setup.run() }
        #expect(thrown?.code == .overloaded)
    }
}

/// Fails for some pages, so many times.
private final class FailingIdentities: IdentityLookup {
    private let left: Noted<Int>
    private let fails: @Sendable ([LearnerIdentifier]) -> Bool

    init(faults: Int = .max, _ fails: @escaping @Sendable ([LearnerIdentifier]) -> Bool) {
        left = Noted(faults)
        self.fails = fails
    }

    private struct Away: Error {}

    func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]] {
        if fails(learners), left.value > 0 {
            left.change { $0 -= 1 }
            throw Away()
        }
        return try await SharedIdentities().identities(of: learners, at: sources)
    }

    func hasChanged() async throws -> Bool { false }
}

/// Refuses the first plans.
private final class RefusingRunner: PlanRunner {
    let calls = Tally()
    private let runner: any PlanRunner
    private let error: LIFError
    let times: Noted<Int>

    init(_ runner: any PlanRunner, _ error: LIFError, times: Int) {
        self.runner = runner
        self.error = error
        self.times = Noted(times)
    }

    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        calls.add()
        if calls.count <= times.value { throw error }
        try await runner.run(plan, land: land)
    }
}

/// Runs the parts of the sources that it knows, and then refuses the others.
private final class PartlyRefusingRunner: PlanRunner {
    let plans = Noted<[QueryPlan]>([])
    let onRefusal = Noted<@Sendable () -> Void>({})
    private let runner: any PlanRunner
    private let refused: Set<String>

    init(_ runner: any PlanRunner, refused: Set<String>) {
        self.runner = runner
        self.refused = refused
    }

    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        plans.change { $0.append(plan) }
        let known = plan.parts.indices.filter { !refused.contains(plan.parts[$0].informationSourceID) }
        if !known.isEmpty {
            try await runner.run(QueryPlan(parts: known.map { plan.parts[$0] })) { await land(known[$0], $1) }
        }
        if known.count == plan.parts.count { return }
        onRefusal.value()
        throw LIFError(.operatorNotFoundException, "It is not known.", reason: .operatorNotFound)
    }
}

/// A store that another process holds during some of its reads.
private final class BusyFragmentStore: FragmentStore {
    private let store = MemoryFragmentStore()
    private let reads = Tally()
    private let failing: ClosedRange<Int>

    init(failing: ClosedRange<Int>) { self.failing = failing }

    func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        reads.add()
        if failing.contains(reads.count) {
            throw LIFError(
                .outputQueueNotAvailableException, "Another process holds it.", blame: .us, isRetryable: true)
        }
        return try await store.read(keys)
    }

    func write(_ fragments: [StoredFragment], now: Date) async throws { try await store.write(fragments, now: now) }
    func changesByOthers() async throws -> FragmentChanges { try await store.changesByOthers() }
    func remove(storedBefore time: Date, limit: Int) async throws -> Int {
        try await store.remove(storedBefore: time, limit: limit)
    }
    func forget(_ learners: Set<LearnerIdentifier>, now: Date) async throws -> Int {
        try await store.forget(learners, now: now)
    }
}
