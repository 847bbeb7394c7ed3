import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Which queries are answered with a correlation id at once.
@Suite(.timeLimit(.minutes(1))) struct AsynchronyTests {
    private let time = ManualTime()
    private let sources = [source("org1", ["Name"]), source("org2", ["Name"])]

    private func planner(_ limits: SynchronousLimits) -> QueryPlanner {
        PlannerSetup(sources, time: time, runner: LearnersRunner(time, LearnersRunner.named)) {
            $0.synchronousLimits = limits
        }.planner
    }

    private func query(_ count: Int) -> LIFQuery { LIFQuery(learners: learners(0..<count), selectedFields: []) }

    private static let small = QueryOptions(asynchrony: .allowed)

    @Test("A client that has not asked for it always waits, however large its query")
    func refused() async throws {
        let limits = SynchronousLimits(learners: 1, parts: 1, volume: 1)
        #expect(try await planner(limits).reply(to: query(5)).answer?.answer.records.count == 5)
        #expect(try await planner(limits).reply(to: query(101)).kept != nil)
    }

    @Test(
        "A client that allows it gets an id for more learners, parts or bytes than the limits, and the answer for fewer",
        arguments: [
            (SynchronousLimits(learners: 3, parts: 8, volume: 3 * 8_192), 3, false),
            (SynchronousLimits(learners: 2, parts: 1_000, volume: .max), 3, true),
            (SynchronousLimits(learners: 100, parts: 5, volume: .max), 3, true),
            (SynchronousLimits(learners: 100, parts: 6, volume: .max), 3, false),
            (SynchronousLimits(learners: 100, parts: 1_000, volume: 3 * 8_192 - 1), 3, true),
            (SynchronousLimits(learners: 1_000, parts: 299, volume: .max), 150, true),
            (SynchronousLimits(learners: 1_000, parts: 300, volume: .max), 150, false),
            (SynchronousLimits(learners: 1_000, parts: 1_000, volume: 150 * 8_192 - 1), 150, true),
        ])
    func allowed(limits: SynchronousLimits, count: Int, isPromised: Bool) async throws {
        let planner = planner(limits)
        let reply = try await planner.reply(to: query(count), Self.small)
        #expect((reply.correlationID != nil) == isPromised)
        await planner.shutdown()
    }

    @Test("Whoever prefers an id gets one for what must be fetched, and the answer where the cache has it")
    func preferred() async throws {
        let planner = planner(SynchronousLimits())
        let options = QueryOptions(asynchrony: .preferred)
        let id = try #require(try await planner.reply(to: query(2), options).correlationID)
        #expect(try await planner.request(id, waitingFor: .seconds(30)).state == .completed)
        #expect(try await planner.reply(to: query(2), options).answer?.answer.records.count == 2)
        #expect(try await planner.reply(to: query(1), options).answer != nil)
    }

    @Test("What was fetched shows how large an answer is expected to be")
    func volume() async throws {
        let planner = planner(SynchronousLimits(volume: 3_000))
        #expect(try await planner.reply(to: query(1), Self.small).correlationID != nil, "nothing is known yet")
        // Some bytes each from now on.
        _ = try await planner.run(LIFQuery(learners: learners(500..<510), selectedFields: []))
        let reply = try await planner.reply(to: LIFQuery(learners: learners(600..<700), selectedFields: []), Self.small)
        #expect(reply.answer != nil)
        await planner.shutdown()
    }

    @Test("A client never waits longer than is configured, whatever it asks for")
    func wait() async throws {
        let planner = PlannerSetup(
            sources, time: time,
            runner: LearnersRunner(time) { _ in
                try await Gate().wait()
                return .empty(learnerKnown: true)
            }
        ) { $0.timeout = .milliseconds(20) }.planner
        let reply = try await within("an id", limit: .seconds(30)) {
            try await planner.reply(
                to: LIFQuery(learners: learners([1]), selectedFields: []), QueryOptions(wait: .seconds(3_600)))
        }
        #expect(reply.correlationID != nil)
        await planner.shutdown()
    }
}
