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
            runner: runner, ownRecords: nil, registry: FetchRegistry(), cache: cache, volume: ExpectedVolume(),
            federation: FederationSettings(), metrics: PlannerMetrics(), logger: .silent, now: { time.now })
    }

    /// - Parameter landings: What had landed when the cache was looked at.
    private func fetch(_ executor: DataPipelineExecutor, landings: Int = 0) async -> [Landing] {
        let all = Noted<[Landing]>([])
        await executor.fetch([key], catalogue: catalogue, asOf: nil, landings: landings, via: FederationPath()) {
            keys, outcome, startedAt, _ in
            for key in keys { all.change { $0.append(Landing(key: key, outcome: outcome, startedAt: startedAt)) } }
        }
        return all.value
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
        #expect(fetched.map(\.outcome) == [Outcome(fragment)])
        #expect(fetched.map(\.startedAt) == [fragment.storedAt])
        #expect(runner.runCount == 1)

        // What had landed before the look was seen by it: the cache is not read again.
        _ = await fetch(executor, landings: executor.registry.landingCount)
        #expect(runner.runCount == 2)

        // Only what is fresh counts.
        time.advance(by: .seconds(61))
        let later = await fetch(executor)
        #expect(later.map { $0.outcome.content(at: key.path) } == [nil])
        #expect(runner.runCount == 3)
        await cache.flush()
    }

    @Test("One outcome of a part is one of each of its paths; an absent path is empty, a failure fails all")
    func outcomes() async throws {
        let contact = FragmentPath(entity: "Contact")
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "a", learner: PlannerSetup.learner,
            fragmentPaths: [key.path, contact])
        let stamp = time.now.addingTimeInterval(-5)
        let start = time.now.addingTimeInterval(-60)
        func kept(_ outcome: Outcome) async throws -> [StoredFragment?] {
            let cache = CacheClient(
                store: MemoryFragmentStore(), identities: SharedIdentities(), memoryBudget: 1 << 20, logger: .silent,
                now: { [time] in time.now })
            executor(ScriptedPlanRunner(), cache).keep(outcome, at: part.keys, origin: "o", startedAt: start)
            let stored = try await cache.read(part.keys)
            await cache.flush()
            return part.keys.map { stored[$0] }
        }
        let name = try fragment("Name", "[1]")
        let data = try await kept(
            Outcome(.data([name]), finishedAt: time.now, duration: .milliseconds(7), dataTimestamp: stamp))
        #expect(data.map { $0?.content?.items.text } == ["[1]", nil])
        for fragment in data {
            let fragment = try #require(fragment)
            #expect(fragment.learnerKnown && fragment.origin == "o" && fragment.storedAt == start)
            #expect(fragment.dataTimestamp == stamp)
        }

        let failure = Failure(.sourceError, "no")
        let partly = Outcome(.data([name]), finishedAt: time.now, duration: .zero, failures: [contact: failure])
        #expect(try await kept(partly).map { $0?.content?.items.text } == ["[1]", nil])
        #expect(try await kept(partly)[1] == nil)
        #expect([key.path, contact].map { partly.failure(at: $0) } == [nil, failure])

        let unknown = Outcome(.empty(learnerKnown: false), finishedAt: time.now, duration: .zero)
        #expect(try await kept(unknown).allSatisfy { $0?.learnerKnown == false && $0?.content == nil })

        let failed = Outcome(.failed(failure), finishedAt: time.now, duration: .zero)
        #expect(try await kept(failed) == [nil, nil])
        #expect([key.path, contact].allSatisfy { failed.failure(at: $0) == failure })
    }
}
