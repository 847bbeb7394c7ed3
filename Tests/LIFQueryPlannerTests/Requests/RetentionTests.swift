import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct RetentionTests {
    private let time = ManualTime()

    private func setup(_ runner: LearnersRunner, fragments: any FragmentStore = MemoryFragmentStore()) -> PlannerSetup {
        PlannerSetup([source("org1", ["Name"], ttl: .zero)], time: time, runner: runner, fragments: fragments) {
            $0.retention = PlannerRetention(
                results: .seconds(100), requests: .seconds(200), fragments: .seconds(300))
        }
    }

    @Test("An answer is kept as long as is set, its id is known as expired longer, and then is not known")
    func requests() async throws {
        let setup = setup(LearnersRunner(time, LearnersRunner.named))
        let planner = setup.planner
        let id = try #require(try await planner.reply(to: query(), .noTime).correlationID)
        #expect(try await planner.request(id, waitingFor: .seconds(30)).state == .completed)
        time.advance(by: .seconds(100))
        try await planner.sweep()
        #expect(try await planner.request(id).state == .completed)
        time.advance(by: .seconds(1))
        try await planner.sweep()
        #expect(try await planner.request(id).state == .expired)
        #expect(try await planner.request(id).query.learners.isEmpty)
        #expect(try await planner.progress(of: id).count == 0)
        time.advance(by: .seconds(99))
        try await planner.sweep()
        #expect(try await planner.request(id).state == .expired)
        time.advance(by: .seconds(1))
        try await planner.sweep()
        let error = await #expect(throws: LIFError.self) { try await planner.request(id) }
        #expect(error?.code == .correlationIDNotFound)
    }

    @Test("A pending query is never removed, however long it takes")
    func pending() async throws {
        let gate = Gate()
        let setup = setup(
            LearnersRunner(time) { part in
                try await gate.wait()
                return try LearnersRunner.named(part)
            })
        let id = try #require(try await setup.planner.reply(to: query(), .noTime).correlationID)
        time.advance(by: .seconds(10_000))
        try await setup.planner.sweep()
        #expect(try await setup.planner.request(id).state == .pending)
        gate.open()
        #expect(try await setup.planner.compatible(id).contains("org1"))
    }

    @Test("Fragments that were not fetched again are removed, however many")
    func fragments() async throws {
        let store = MemoryFragmentStore()
        let setup = setup(LearnersRunner(time, LearnersRunner.named), fragments: store)
        let old = learners(0..<2_500)
        _ = try await setup.planner.run(LIFQuery(learners: old, selectedFields: []))
        time.advance(by: .seconds(200))
        _ = try await setup.planner.run(LIFQuery(learners: Array(old.suffix(500)), selectedFields: []))
        await setup.planner.shutdown()
        time.advance(by: .seconds(101))
        try await setup.planner.sweep()
        let keys = old.map { FragmentKey(sourceID: "org1", learner: $0, path: FragmentPath(entity: "Name")) }
        #expect(Set(try await store.read(keys).keys) == Set(keys.suffix(500)))
    }
}
