import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct DataPipelineExecutorTests {
    private let time = ManualTime()
    private let key = FragmentKey(
        sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
    private let catalogue = SourceCatalogue([source("org1", ["Name", "Contact"], ttl: .seconds(60))])

    private func stored(_ items: String) throws -> StoredFragment {
        StoredFragment(
            key: key, content: try fragment("Name", items).content, learnerKnown: true, storedAt: time.now,
            dataTimestamp: nil, origin: "adapter-of-org1")
    }

    private func executor(_ runner: ScriptedPlanRunner, _ cache: CacheClient) -> DataPipelineExecutor {
        let time = time
        return DataPipelineExecutor(
            runner: runner, ownRecords: nil, registry: FetchRegistry(), cache: cache, federation: FederationSettings(),
            metrics: PlannerMetrics(), logger: .silent, now: { time.now })
    }

    /// - Parameter landings: What had landed when the cache was looked at.
    private func fetch(_ executor: DataPipelineExecutor, landings: Int = 0) async -> [FetchRegistry.Fetched] {
        var all: [FetchRegistry.Fetched] = []
        let stream = executor.fetch([key], catalogue: catalogue, asOf: nil, landings: landings, via: FederationPath())
        for await fetched in stream { all.append(fetched) }
        return all
    }

    @Test("What another query has fetched since this one looked into the cache is not fetched again")
    func landedMeanwhile() async throws {
        let cache = CacheClient(
            store: MemoryFragmentStore(), identities: SharedIdentities(), memoryBudget: 1 << 20, logger: .silent,
            now: { [time] in time.now })
        let runner = ScriptedPlanRunner()
        let executor = executor(runner, cache)
        // The other query's fetch.
        #expect(await fetch(executor).count == 1)
        #expect(runner.runCount == 1)
        let fragment = try stored("[1]")
        cache.keep([fragment])
        let fetched = await fetch(executor)
        #expect(try fetched.map { try $0.result.get() } == [fragment])
        #expect(runner.runCount == 1)

        // What had landed before the look was seen by it: the cache is not read again.
        _ = await fetch(executor, landings: executor.registry.landingCount)
        #expect(runner.runCount == 2)

        // Only what is fresh counts.
        time.advance(by: .seconds(61))
        let later = await fetch(executor)
        #expect(try later.map { try $0.result.get().content } == [nil])
        #expect(runner.runCount == 3)
        await cache.flush()
    }

    @Test("One outcome of a part is one of each of its paths; an absent path is empty, a failure fails all")
    func outcomes() throws {
        let contact = FragmentPath(entity: "Contact")
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "a", learner: PlannerSetup.learner,
            fragmentPaths: [key.path, contact])
        let stamp = time.now.addingTimeInterval(-5)
        let start = time.now.addingTimeInterval(-3_600)
        let data = DataPipelineExecutor.fetched(
            Outcome(
                .data([try fragment("Name", "[1]")]), finishedAt: time.now, duration: .milliseconds(7),
                dataTimestamp: stamp), part: part, origin: "o", startedAt: start)
        #expect(data.map(\.key.path) == [key.path, contact])
        let fragments = try data.map { try $0.result.get() }
        #expect(fragments.map { $0.content?.items.text } == ["[1]", nil])
        #expect(fragments.allSatisfy { $0.learnerKnown && $0.origin == "o" && $0.storedAt == start })
        #expect(fragments.allSatisfy { $0.dataTimestamp == stamp })
        #expect(data.allSatisfy { $0.duration == .milliseconds(7) })

        let partly = DataPipelineExecutor.fetched(
            Outcome(
                .data([try fragment("Name", "[1]")]), finishedAt: time.now, duration: .zero,
                failures: [contact: Failure(.sourceError, "no")]), part: part, origin: "o", startedAt: start)
        #expect(try partly[0].result.get().content?.items.text == "[1]")
        #expect(throws: Failure(.sourceError, "no")) { try partly[1].result.get() }

        let unknown = DataPipelineExecutor.fetched(
            Outcome(.empty(learnerKnown: false), finishedAt: time.now, duration: .zero), part: part, origin: "o",
            startedAt: start)
        #expect(try unknown.map { try $0.result.get() }.allSatisfy { !$0.learnerKnown && $0.content == nil })

        let failure = Failure(.timeout, "late")
        let failed = DataPipelineExecutor.fetched(
            Outcome(.failed(failure), finishedAt: time.now, duration: .zero), part: part, origin: "o", startedAt: start)
        #expect(failed.count == 2)
        #expect(failed.allSatisfy { if case .failure(failure) = $0.result { true } else { false } })
    }
}
