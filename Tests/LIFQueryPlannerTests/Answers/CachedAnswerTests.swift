import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Queries of many learners that the cache has wholly.
@Suite(.timeLimit(.minutes(1))) struct CachedAnswerTests {
    private let time = ManualTime()
    private let sources = [source("org1", ["Name"]), source("org2", ["Name"], staleWhileRevalidate: .seconds(600))]
    private let asked = LIFQuery(learners: learners(0..<250), selectedFields: [])

    private func warm() async throws -> (PlannerSetup, LearnersRunner, String) {
        let runner = LearnersRunner(time) { try LearnersRunner.named($0) }
        let setup = PlannerSetup(sources, time: time, runner: runner)
        let cold = try #require(try await setup.planner.reply(to: asked).kept)
        return (setup, runner, try await cold.compatible())
    }

    @Test("It is answered from the cache at once, also for who prefers a correlation id, and nothing is accepted")
    func cached() async throws {
        let (setup, runner, cold) = try await warm()
        for asynchrony in [QueryOptions.Asynchrony.refused, .allowed, .preferred] {
            let reply = try await setup.planner.reply(to: asked, QueryOptions(asynchrony: asynchrony))
            let cached = try #require(reply.cached)
            #expect(try await cached.compatible() == cold)
            let parts = try await cached.native()["parts"]?.elements ?? []
            #expect(parts.count == 500)
            #expect(parts.allSatisfy { $0["outcome"]?.string == "cached" })
            #expect(try await cached.gaps().isEmpty && cached.mayKnowLearner && cached.oldestData == time.now)
        }
        #expect(try await setup.requests.pendingCount() == 0)
        #expect(runner.partCount == 500)
    }

    @Test("One learner of the last page that must be fetched makes it another query")
    func oneMissing() async throws {
        let (setup, runner, _) = try await warm()
        let query = LIFQuery(learners: asked.learners + learners(900..<901), selectedFields: [])
        #expect(try await setup.planner.reply(to: query).kept != nil)
        #expect(runner.partCount == 502)
    }

    @Test("What is served while it is asked again is a gap of its kind")
    func stale() async throws {
        let (setup, _, cold) = try await warm()
        time.advance(by: .seconds(3_601))
        // org1 has expired too, and is fetched; its data is fresh then, and that of org2 stale.
        let only = PlannerSetup([sources[1]], time: time, fragments: setup.fragments)
        let cached = try #require(try await only.planner.reply(to: asked).cached)
        #expect(try await cached.gaps().map { "\($0.sourceID) \($0.reason ?? "")" } == ["org2 revalidating"])
        #expect(cold.contains("org2 7"))
        #expect(try await cached.compatible().contains("org2 7"))
        await only.planner.shutdown()
    }

    @Test("A learner who is forgotten while the answer is read does not look like one without data")
    func forgotten() async throws {
        let (setup, _, _) = try await warm()
        let cached = try #require(try await setup.planner.reply(to: asked).cached)
        _ = try await setup.fragments.forget([asked.learners[240]], now: time.now)
        let error = await #expect(throws: LIFError.self) { try await cached.compatible() }
        #expect(error?.code == .resultExpired)
    }
}
