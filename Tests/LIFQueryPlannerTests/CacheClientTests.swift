import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct CacheClientTests {
    private func stored(_ items: String, at seconds: Double = 0) throws -> StoredFragment {
        let fragment = try fragment("Name", items)
        return StoredFragment(
            key: FragmentKey(sourceID: "org1", learner: PlannerSetup.learner, path: fragment.path),
            content: fragment.content, learnerKnown: true, storedAt: Date(timeIntervalSince1970: seconds),
            dataTimestamp: nil, origin: "a")
    }

    @Test("What was fetched is read at once, while the store is still at it, and is in the store after a flush")
    func readsWhatIsUnwritten() async throws {
        let memory = MemoryFragmentStore()
        let store = RecordingFragmentStore(memory)
        let gate = Gate()
        store.holdWrites(at: gate)
        let cache = CacheClient(
            store: store, identities: SharedIdentities(), memoryBudget: 1 << 20, logger: .silent)
        let fragment = try stored("[1]")
        cache.keep([fragment])
        #expect(try await cache.read([fragment.key]) == [fragment.key: fragment])
        #expect(try await memory.read([fragment.key]).isEmpty)
        gate.open()
        try await within("a flush") { await cache.flush() }
        #expect(try await memory.read([fragment.key]) == [fragment.key: fragment])
        #expect(try await cache.read([fragment.key]) == [fragment.key: fragment])
    }

    @Test("A store that cannot write costs nothing but another fetch")
    func writeFails() async throws {
        let store = RecordingFragmentStore()
        store.failWrites(with: LIFError(.outputWriteException, "The disk is full.", blame: .us))
        let setup = PlannerSetup(
            [source("org1", ["Name"])], ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]))],
            fragments: store)
        #expect(try await setup.run().summary == ["org1 Person.Name fetched 1"])
        await setup.planner.shutdown()
        #expect(try await setup.run().summary == ["org1 Person.Name fetched 1"])
        #expect(setup.calls("org1") == 2)
    }
}
