import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What an asynchronous query gives a LIF Cache elsewhere, and has of it, when it goes on in another process.
@Suite(.timeLimit(.minutes(1))) struct ResumedRecordsTests {
    /// An empty cache that notes what it is asked and given.
    private final class EmptyCache: RecordCache {
        let asked = Tally()
        let saved: Noted<[[Fragment]]> = Noted([])

        func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord] {
            asked.add()
            return []
        }

        func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws {
            saved.change { $0.append(fragments) }
        }
    }

    private let time = ManualTime()
    private let store = ProcessedRequestStore()
    private let cache = EmptyCache()

    /// Goes on with a query of which org1's data has landed, until its end.
    private func resume(_ work: @escaping LearnersRunner.Work, writesRecords: Bool) async throws -> RequestProgress {
        let request = ProcessedRequest(
            query: LIFQuery(learners: learners([1]), selectedFields: []), acceptedAt: time.now, holder: HolderID())
        try await store.accept(request)
        let content = try fragment("Name", #"[{"of":"org1"}]"#).content
        let landed = LandedPart(
            AnswerPart(
                learner: 0, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .fetched,
                items: 1, storedAt: time.now), content: content)
        _ = try await store.append([landed], to: request.id, fence: 1)
        let catalogue = SourceCatalogue([source("org1", ["Name"]), source("org2", ["Name"])])
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: catalogue, timeout: .seconds(60)),
            runner: LearnersRunner(time, work), fragments: MemoryFragmentStore(), requests: store, records: cache,
            recordRole: .fallback(isWritten: writesRecords), logger: .silent, now: { [time] in time.now })
        try await planner.recover()
        #expect(try await planner.request(request.id, waitingFor: .seconds(60)).state == .completed)
        let cache = cache
        if writesRecords { try await eventually("a write") { !cache.saved.value.isEmpty } }
        await planner.shutdown()
        return try await store.progress(of: request.id)
    }

    @Test("A learner's data is written whole, also what landed before in a process that died")
    func writtenWhole() async throws {
        _ = try await resume({ _ in .data([try fragment("Name", #"[{"of":"org2"}]"#)]) }, writesRecords: true)
        let items = cache.saved.value.flatMap { $0 }.map(\.content.items.text)
        #expect(items == [#"[{"of":"org1"},{"of":"org2"}]"#])
    }

    @Test("Where data landed before, a source that fails now does not make the cache be asked beside it")
    func notAskedBesideData() async throws {
        let progress = try await resume({ _ in throw LIFError.refused }, writesRecords: false)
        #expect(progress.landed == [.fetched: 1, .missing: 1])
        #expect(cache.asked.count == 0)
    }
}
