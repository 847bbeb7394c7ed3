import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite struct OrchestrationRunsTests {
    private let time = ManualTime()
    private let store = RunStore()

    @Test("Runs that are kept long enough are removed when someone keeps house, also when none come any more")
    func removesOld() async throws {
        let runs = OrchestrationRuns(
            store: store, configuration: OrchestrationRunsConfiguration(retention: .seconds(100)), logger: .silent,
            now: { [time] in time.now })
        let (former, later) = (RandomID(), RandomID())
        try await runs.register(former, plan: QueryPlan(parts: []))
        time.advance(by: .seconds(50))
        try await runs.register(later, plan: QueryPlan(parts: []))
        time.advance(by: .seconds(51))
        await runs.removeOld()
        #expect(try await store.run(former) == nil)
        #expect(try await store.run(later) != nil)
        // Right after the last time too.
        time.advance(by: .seconds(50))
        await runs.removeOld()
        #expect(try await store.run(later) == nil)
    }

    @Test("All old runs are removed at once, however many")
    func removesMany() async throws {
        let runs = OrchestrationRuns(
            store: store, configuration: OrchestrationRunsConfiguration(retention: .seconds(100)), logger: .silent,
            now: { [time] in time.now })
        var ids: [RandomID] = []
        for _ in 0..<250 {
            ids.append(RandomID())
            try await store.register(
                SubmittedRun(id: ids[ids.count - 1], plan: QueryPlan(parts: []), submittedAt: time.now))
        }
        time.advance(by: .seconds(101))
        await runs.removeOld()
        for id in ids { #expect(try await store.run(id) == nil) }
    }
}
