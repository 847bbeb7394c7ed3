import LIFModel
import LIFTesting
import Logging
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct RecordCacheWriterTests {
    /// A cache that answers when its gate opens, and notes whose fragments it got.
    private final class SlowCache: RecordCache {
        let gate: Gate
        let asked = Tally()
        let saved = Noted<[LearnerIdentifier]>([])

        init(_ gate: Gate) { self.gate = gate }

        func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord] {
            asked.add()
            try await gate.wait()
            return []
        }

        func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws {
            saved.change { $0.append(learner) }
        }
    }

    private static func writer(_ cache: SlowCache) -> RecordCacheWriter {
        RecordCacheWriter(
            RecordReader(cache: cache, organization: nil), catalogue: { SourceCatalogue([]) }, logger: .silent)
    }

    private func write(_ count: Int, _ writer: RecordCacheWriter) throws {
        for learner in learners(0..<count) { writer.write([try fragment("Name", #"[{"n":1}]"#)], of: learner) }
    }

    /// Waits for a stop; one that does not end is told, and then let go.
    private func ends(_ cache: SlowCache, _ stop: @escaping @Sendable () async -> Void) async throws {
        defer { cache.gate.open() }
        let hasStopped = Noted(false)
        Task {
            await stop()
            hasStopped.value = true
        }
        try await within("a stop", limit: .seconds(30)) {
            while !hasStopped.value { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    @Test("A stop drops what waits, and ends what is being written when that takes too long")
    func closes() async throws {
        let cache = SlowCache(Gate())
        let writer = Self.writer(cache)
        try write(1_000, writer)
        try await cache.asked.wait(for: 4)
        try await ends(cache) { await writer.close(within: .milliseconds(50)) }
        #expect(cache.asked.count == 4)
        #expect(cache.saved.value.isEmpty)
        // Nothing is taken any more, though the cache answers now.
        try write(1, writer)
        await writer.flush()
        #expect(cache.asked.count == 4)
    }

    @Test("What is being written at a stop is written, when that does not take long")
    func endsWell() async throws {
        let cache = SlowCache(Gate())
        let writer = Self.writer(cache)
        try write(100, writer)
        try await cache.asked.wait(for: 4)
        let closing = Task { await writer.close(within: .seconds(60)) }
        cache.gate.open()
        await closing.value
        #expect(cache.saved.value.count == cache.asked.count)
    }

    @Test("What was fetched for a query that came through another planner is not written: it may be a part of a path")
    func directOnly() async throws {
        let time = ManualTime()
        let cache = SlowCache(Gate())
        cache.gate.open()
        let partner = source("org2", ["Name"], organization: "org-b", isPartner: true)
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: SourceCatalogue([source("org1", ["Name"]), partner])),
            runner: LearnersRunner(time) { _ in .data([try fragment("Name", #"[{"n":1}]"#)]) },
            fragments: MemoryFragmentStore(), requests: ProcessedRequestStore(), records: cache,
            recordRole: .fallback(isWritten: true), logger: .silent, now: { time.now })
        let query = LIFQuery(learners: learners([1]), selectedFields: ["Person.Name"])
        let via = FederationPath().appending("org-b")
        #expect(try await planner.run(query, QueryOptions(via: via)).parts.map(\.sourceID) == ["org1"])
        await planner.work.records?.writer?.flush()
        #expect(cache.asked.count == 0)
        _ = try await planner.run(query)
        await planner.work.records?.writer?.flush()
        #expect(cache.saved.value == learners([1]))
        await planner.shutdown()
    }

    @Test("A planner stops, though the LIF Cache that it writes does not answer")
    func plannerStops() async throws {
        let time = ManualTime()
        let cache = SlowCache(Gate())
        let catalogue = SourceCatalogue([source("org1", ["Name"])])
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: catalogue),
            runner: LearnersRunner(time) { _ in .data([try fragment("Name", #"[{"n":1}]"#)]) },
            fragments: MemoryFragmentStore(), requests: ProcessedRequestStore(), records: cache,
            recordRole: .fallback(isWritten: true), logger: .silent, now: { time.now })
        _ = try await planner.run(LIFQuery(learners: learners(0..<50), selectedFields: ["Person.Name"]))
        try await cache.asked.wait(for: 4)
        try await ends(cache) { await planner.shutdown() }
        // What waited is not written, though the cache answers now.
        await planner.work.records?.writer?.flush()
        #expect(cache.asked.count == 4)
    }
}
