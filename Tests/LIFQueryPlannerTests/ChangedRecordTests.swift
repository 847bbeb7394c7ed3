import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What becomes of what is kept when a LIF Cache's record has changed.
@Suite(.timeLimit(.minutes(1))) struct ChangedRecordTests {
    private static let sources = [source(RecordCacheRules.sourceID, ["Name"]), source("org1", ["Name"])]
    private static let other = LearnerIdentifier(identifier: "2", identifierType: "T")
    private let time = ManualTime()

    @Test("The learner's own fragments of the LIF Cache are fetched anew, and nothing else is")
    func changed() async throws {
        let setup = PlannerSetup(Self.sources, time: time, runner: LearnersRunner(time, LearnersRunner.named))
        for learner in [PlannerSetup.learner, Self.other] { _ = try await setup.run(learner: learner) }
        // Also an answer that is ready in memory.
        #expect(try await setup.run().parts.allSatisfy { $0.outcome == .cached })
        time.advance(by: .seconds(1))
        await setup.planner.recordsHaveChanged(of: [PlannerSetup.learner])
        #expect(
            try await setup.run().summary == ["lif-cache Person.Name fetched 1", "org1 Person.Name cached 1"])
        #expect(try await setup.run().parts.allSatisfy { $0.outcome == .cached })
        #expect(try await setup.run(learner: Self.other).parts.allSatisfy { $0.outcome == .cached })
    }

    @Test("What was fetched before the change and comes after it is not kept, and not read for a moment either")
    func outdated() async throws {
        let store = MemoryFragmentStore()
        func client() -> CacheClient {
            CacheClient(store: store, identities: SharedIdentities(), memoryBudget: 1 << 20, logger: .silent)
        }
        let (cache, ofOtherProcess) = (client(), client())
        let key = FragmentKey(
            sourceID: "s", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
        func stored(at seconds: Double) throws -> StoredFragment {
            StoredFragment(
                key: key, content: try fragment("Name", "[1]").content, learnerKnown: true,
                storedAt: Date(timeIntervalSince1970: seconds), dataTimestamp: nil, origin: "a")
        }
        cache.outdate([key], at: Date(timeIntervalSince1970: 100))
        await cache.flush()
        cache.keep([try stored(at: 99)])
        #expect(try await cache.read([key])[key]?.origin == "outdated")
        ofOtherProcess.keep([try stored(at: 99)])
        await ofOtherProcess.flush()
        for cache in [cache, ofOtherProcess] {
            #expect(try await cache.read([key])[key]?.origin == "outdated")
        }
        cache.keep([try stored(at: 100)])
        #expect(try await cache.read([key])[key]?.origin == "a")
        await cache.flush()
        #expect(try await store.read([key])[key]?.origin == "a")
    }
}
