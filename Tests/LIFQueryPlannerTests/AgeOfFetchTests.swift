import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What is kept is as old as the beginning of its fetch, however late it lands.
@Suite(.timeLimit(.minutes(1))) struct AgeOfFetchTests {
    private let time = ManualTime()

    private func count(_ planner: QueryPlanner, _ options: QueryOptions = QueryOptions()) async throws -> String {
        let query = query(["Person.Name"])
        return try await within("an answer") { try await planner.run(query, options).compatibleJSON.text }
    }

    private static func answer(_ number: Int) -> String { #"[{"Person":[{"Name":[\#(number)]}]}]"# }

    @Test("A request for new data does not join a fetch that began before it, and a slow fetch replaces nothing newer")
    func slowFetch() async throws {
        let gate = Gate()
        let setup = PlannerSetup(
            [source("org1", ["Name"])],
            [
                "org1": ScriptedOperator(
                    .after(gate, .fragments([try fragment("Name", "[1]")])), .fragments([try fragment("Name", "[2]")]))
            ], time: time)
        let planner = setup.planner
        let slow = Task { try await count(planner) }
        try await setup.operators["org1"]?.waitForCalls(1)
        time.advance(by: .seconds(10))
        #expect(try await count(planner, QueryOptions(maximumAge: .zero)) == Self.answer(2))
        #expect(setup.calls("org1") == 2)
        time.advance(by: .seconds(300))
        gate.open()
        #expect(try await slow.value == Self.answer(1))
        #expect(try await count(planner) == Self.answer(2))
        await planner.cache.flush()
        #expect(try await count(planner) == Self.answer(2))
        let key = FragmentKey(
            sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
        let kept = try #require(try await setup.fragments.read([key])[key])
        #expect(kept.storedAt == time.now.addingTimeInterval(-300))
        #expect(kept.content?.items.text == "[2]")
    }

    @Test("Time to live counts from the beginning of a fetch")
    func timeToLive() async throws {
        let gate = Gate()
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60))],
            ["org1": ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")])))], time: time)
        let planner = setup.planner
        let first = Task { try await count(planner) }
        try await setup.operators["org1"]?.waitForCalls(1)
        time.advance(by: .seconds(50))
        gate.open()
        _ = try await first.value
        _ = try await count(planner)
        #expect(setup.calls("org1") == 1)
        time.advance(by: .seconds(10))
        _ = try await count(planner)
        #expect(setup.calls("org1") == 2)
    }

    @Test("Results that are posted late are as old as their run, of the origin of its plan, and replace nothing newer")
    func posted() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"], origin: "new")],
            ["org1": ScriptedOperator(.fragments([try fragment("Name", "[2]")]))], time: time)
        let planner = setup.planner
        let path = FragmentPath(entity: "Name")
        let key = FragmentKey(sourceID: "org1", learner: PlannerSetup.learner, path: path)
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "adapter-of-org1", learner: PlannerSetup.learner,
            fragmentPaths: [path])
        let submittedAt = time.now
        func post(_ items: String, _ sources: [String: PlannedSource]) async throws {
            let run = SubmittedRun(
                id: RandomID(), plan: QueryPlan(parts: [part], sources: sources), submittedAt: submittedAt)
            let outcome = Outcome(
                .data([try fragment("Name", items)]), finishedAt: time.now, duration: .zero, dataTimestamp: time.now)
            await planner.keep(outcome, of: part, in: run)
            await planner.cache.flush()
        }
        time.advance(by: .seconds(7_200))
        // What no version has noted the origin of.
        try await post("[0]", [:])
        #expect(try await setup.fragments.read([key]).isEmpty)
        try await post("[1]", ["org1": PlannedSource(origin: "former")])
        let late = try #require(try await setup.fragments.read([key])[key])
        #expect(late.storedAt == submittedAt)
        #expect(late.origin == "former")
        #expect(try await count(planner) == Self.answer(2))
        #expect(setup.calls("org1") == 1)
        await planner.cache.flush()
        time.advance(by: .seconds(3_000))
        try await post("[1]", ["org1": PlannedSource(origin: "new")])
        #expect(try await count(planner) == Self.answer(2))
        #expect(setup.calls("org1") == 1)
    }

    /// A LIF Cache whose first answer waits at a gate, and which counts its answers.
    private final class GatedCache: RecordCache {
        let gate = Gate()
        let asked = Tally()

        func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord] {
            asked.add()
            let number = asked.count
            if number == 1 { try await gate.wait() }
            let person =
                #"{"Identifier":[{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}],"Name":[\#(number)]}"#
            return [LIFRecord(person: try raw(person))]
        }

        func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws {}
    }

    @Test("After an update of own records no query joins a look into the LIF Cache that began before it")
    func updated() async throws {
        let cache = GatedCache()
        let own = InformationSource(
            id: "lif-cache", organization: "us", adapterID: "lif-cache", timeToLive: .zero, fragmentPaths: [],
            isPartner: false, isOwnRecords: true)
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(
                catalogue: SourceCatalogue([own, source("org1", ["Contact"])])),
            runner: LearnersRunner(time) { _ in .empty(learnerKnown: true) }, fragments: MemoryFragmentStore(),
            requests: ProcessedRequestStore(), records: cache, logger: .silent, now: { [time] in time.now })
        let before = Task { try await count(planner) }
        try await cache.asked.wait(for: 1)
        let joining = Task { try await count(planner) }
        try await eventually("another one waits") { planner.work.pipelines.registry.waiterCount == 2 }
        time.advance(by: .seconds(1))
        await planner.recordsHaveChanged(of: [PlannerSetup.learner])
        #expect(try await count(planner) == Self.answer(2))
        cache.gate.open()
        for task in [before, joining] { #expect(try await task.value == Self.answer(1)) }
    }

    @Test("What is removed for its age is not answered from memory any more")
    func retention() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(86_400 * 365))],
            ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]))], time: time
        ) { $0.retention.fragments = .seconds(3_600) }
        let planner = setup.planner
        for _ in 0..<3 { _ = try await count(planner) }
        await planner.cache.flush()
        #expect(setup.calls("org1") == 1)
        time.advance(by: .seconds(3_601))
        try await planner.sweep()
        _ = try await count(planner)
        #expect(setup.calls("org1") == 2)
    }

    @Test("An answer about another learner is not kept, and the next query asks again")
    func anotherLearner() async throws {
        @Sendable func identifiers(_ identifier: String) throws -> Fragment {
            try fragment(
                "Identifier", #"[{"identifier":"\#(identifier)","identifierType":"School assigned number"}]"#)
        }
        let name = try fragment("Name", "[1]")
        let runner = LearnersRunner(time) { part in
            .data([name, try identifiers(part.learner.identifier == "100002" ? "100001" : "100002")])
        }
        let setup = PlannerSetup([source("org1", ["Name", "Identifier"])], time: time, runner: runner)
        for count in 1...2 {
            await #expect(throws: LIFError.self) { try await setup.run() }
            #expect(runner.partCount == 2 * count)
        }
        await setup.planner.cache.flush()
        let keys = ["Name", "Identifier"].map {
            FragmentKey(sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: $0))
        }
        #expect(try await setup.fragments.read(keys).isEmpty)
    }
}
