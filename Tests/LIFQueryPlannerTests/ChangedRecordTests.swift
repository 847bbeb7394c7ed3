import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What becomes of what is kept when a LIF Cache's record has changed.
@Suite(.timeLimit(.minutes(1))) struct ChangedRecordTests {
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
