import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What becomes of what is kept when a LIF Cache's record has changed.
@Suite(.timeLimit(.minutes(1))) struct ChangedRecordTests {
    private static let other = LearnerIdentifier(identifier: "other", identifierType: "T")

    @Test(
        "What was fetched before the change is not read, however late it comes and whoever has fetched it",
        arguments: [nil, [PlannerSetup.learner]])
    func outdated(learners: Set<LearnerIdentifier>?) async throws {
        let store = MemoryFragmentStore()
        func client() -> CacheClient {
            CacheClient(store: store, identities: SharedIdentities(), memoryBudget: 1 << 20, logger: .silent)
        }
        let (cache, ofOtherProcess) = (client(), client())
        func stored(
            at seconds: Double, _ source: String = RecordCacheRules.sourceID,
            _ learner: LearnerIdentifier = PlannerSetup.learner
        ) throws -> StoredFragment {
            StoredFragment(
                key: FragmentKey(sourceID: source, learner: learner, path: FragmentPath(entity: "Name")),
                content: try fragment("Name", "[1]").content, learnerKnown: true,
                storedAt: Date(timeIntervalSince1970: seconds), dataTimestamp: nil, origin: "a")
        }
        let key = try stored(at: 0).key
        cache.keep([try stored(at: 98), try stored(at: 98, "s"), try stored(at: 98, key.sourceID, Self.other)])
        cache.keep(OwnRecordChanges.marks(of: learners, at: Date(timeIntervalSince1970: 100)))
        #expect(try await cache.read([key]).isEmpty)
        cache.keep([try stored(at: 99)])
        #expect(try await cache.read([key]).isEmpty)
        await cache.flush()
        ofOtherProcess.keep([try stored(at: 99)])
        await ofOtherProcess.flush()
        let others = [try stored(at: 0, "s").key, try stored(at: 0, key.sourceID, Self.other).key]
        for cache in [cache, ofOtherProcess] {
            let read = try await cache.read([key] + others)
            #expect(Set(read.keys) == Set(learners == nil ? [others[0]] : others))
        }
        cache.keep([try stored(at: 100)])
        #expect(try await cache.read([key])[key]?.origin == "a")
        await cache.flush()
        #expect(try await ofOtherProcess.read([key])[key]?.origin == "a")
    }
}
