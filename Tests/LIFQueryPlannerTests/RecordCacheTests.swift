import LIFJSON
import LIFModel
import LIFTesting
import Synchronization
import Testing

@testable import LIFQueryPlanner

/// When a LIF Cache elsewhere is asked and written.
@Suite struct RecordCacheTests {
    private static let name = FragmentPath(entity: "Name")
    private static let contact = FragmentPath(entity: "Contact")
    private static let narrative = FragmentPath(entity: "Narrative")
    private static let learner = LearnerIdentifier(identifier: "1", identifierType: "T")
    private static let other = LearnerIdentifier(identifier: "2", identifierType: "T")
    private static let catalogue = SourceCatalogue([
        InformationSource(id: "a", adapterID: "x", timeToLive: .seconds(1), fragmentPaths: [name, contact])
    ])

    private static func part(
        _ path: FragmentPath, _ source: String, _ outcome: AnswerPart.Outcome, items: Int = 0, learner: Int = 0
    ) -> AnswerPart {
        AnswerPart(learner: learner, ordinal: 0, path: path, sourceID: source, outcome: outcome, items: items)
    }

    private static func landed(
        _ path: FragmentPath, _ outcome: AnswerPart.Outcome, _ member: String? = nil, source: String = "a"
    ) throws -> LandedPart {
        let content = try member.map { try fragment(path.entity, $0).content }
        return LandedPart(part(path, source, outcome, items: content?.count ?? 0), content: content)
    }

    /// A cache with records, which may fail.
    private final class ScriptedCache: RecordCache {
        let records: [LIFRecord]
        let error: (any Error)?
        let asked = Mutex<[(learners: [LearnerIdentifier], paths: [FragmentPath])]>([])

        init(_ records: [LIFRecord] = [], error: (any Error)? = nil) {
            self.records = records
            self.error = error
        }

        func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord] {
            asked.withLock { $0.append((learners, paths)) }
            if let error { throw error }
            return records
        }

        func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws {}
    }

    private func fallback(_ cache: ScriptedCache) -> RecordCacheFallback {
        RecordCacheFallback(RecordReader(cache: cache, organization: nil))
    }

    @Test(
        "What holds no data in the LIF Cache counts as absent, and is written",
        arguments: ["[{}]", "[]", "null", "[[{}],{}]", "{}"])
    func absent(member: String) throws {
        let record = LIFRecord(person: try raw(#"{"Name":\#(member),"Contact":[{"n":1}]}"#))
        let fragments = [try fragment("Name", #"[{"n":2}]"#), try fragment("Contact", #"[{"n":2}]"#)]
        #expect(RecordCacheRules.absent(fragments, in: record).map(\.path) == [Self.name])
        #expect(RecordCacheRules.absent(fragments, in: nil) == fragments)
    }

    @Test("The paths without a configured source are asked for, for each learner")
    func unconfigured() {
        let gaps = RecordCacheRules.unconfigured(
            [Self.name, Self.narrative], learners: 3..<5, catalogue: Self.catalogue)
        #expect(gaps.map(\.learner) == [3, 4])
        #expect(gaps.allSatisfy { $0.path == Self.narrative && $0.reason == .unconfigured })
    }

    @Test("Where a source failed and nothing else is kept, the cache is asked")
    func failed() {
        let gaps = RecordCacheRules.failed([
            Self.part(Self.name, "a", .missing), Self.part(Self.name, "b", .empty),
            Self.part(Self.contact, "a", .missing, learner: 1),
        ])
        #expect(gaps.map(\.learner) == [0, 1])
        #expect(gaps.map(\.path) == [Self.name, Self.contact])
        #expect(gaps.allSatisfy { $0.reason == .failed })
    }

    @Test("Where another source has data, fresh or stale, the cache is not asked: its items could be the same")
    func notBesideData() {
        for outcome in [AnswerPart.Outcome.fetched, .cached, .stale] {
            let parts = [Self.part(Self.name, "a", .missing), Self.part(Self.name, "b", outcome, items: 1)]
            #expect(RecordCacheRules.failed(parts).isEmpty)
        }
        #expect(RecordCacheRules.failed([Self.part(Self.name, "a", .empty)]).isEmpty)
        #expect(RecordCacheRules.failed([Self.part(Self.name, RecordCacheRules.sourceID, .missing)]).isEmpty)
    }

    @Test("What the cache has comes as cached where no source is configured, and as stale where one failed")
    func fills() async throws {
        let record = LIFRecord(
            person: try raw(
                #"{"Identifier":[{"identifier":"1","identifierType":"T"}],"Name":[{"n":1}],"#
                    + #""narrative":[{"t":1},{"t":2}]}"#))
        let cache = ScriptedCache([record])
        let gaps = [
            RecordCacheRules.Gap(learner: 0, path: Self.narrative, reason: .unconfigured),
            RecordCacheRules.Gap(learner: 0, path: Self.name, reason: .failed),
            RecordCacheRules.Gap(learner: 0, path: Self.contact, reason: .failed),
            RecordCacheRules.Gap(learner: 1, path: Self.narrative, reason: .unconfigured),
        ]
        let filling = try await fallback(cache).fill(
            gaps, catalogue: Self.catalogue, learner: { $0 == 0 ? Self.learner : Self.other }, ordinal: { _ in 7 })
        #expect(filling.error == nil)
        #expect(filling.landed.map(\.part.outcome) == [.cached, .stale, .empty])
        #expect(filling.landed.map(\.part.learner) == [0, 0, 1])
        #expect(filling.landed.map(\.part.items) == [2, 1, 0])
        #expect(filling.landed.map(\.part.learnerKnown) == [true, true, false])
        #expect(filling.landed.allSatisfy { $0.part.sourceID == "lif-cache" && $0.part.ordinal == 7 })
        #expect(filling.landed.map { $0.content?.items.text } == [#"[{"t":1},{"t":2}]"#, #"[{"n":1}]"#, nil])
        let asked = cache.asked.withLock { $0 }
        #expect(asked.map(\.learners) == [[Self.learner, Self.other]])
        #expect(asked.map(\.paths) == [[Self.narrative, Self.name, Self.contact]])
    }

    @Test("A cache that fails is missing where it alone could answer, with its error, and never as empty")
    func failingCache() async throws {
        let error = LIFError(.neighbourNotAvailable, "The LIF Cache is not available: it is gone.", blame: .source)
        let gaps = [
            RecordCacheRules.Gap(learner: 0, path: Self.narrative, reason: .unconfigured),
            RecordCacheRules.Gap(learner: 0, path: Self.name, reason: .failed),
        ]
        let filling = try await fallback(ScriptedCache(error: error)).fill(
            gaps, catalogue: Self.catalogue, learner: { _ in Self.learner })
        #expect(filling.error?.message == error.message)
        #expect(filling.landed.map(\.part.outcome) == [.missing])
        #expect(filling.landed.first?.part.failure?.reason == .unreachable)
    }

    @Test("Without gaps the cache is not asked; who is cancelled gets no answer")
    func notAsked() async throws {
        let cache = ScriptedCache(error: CancellationError())
        let fallback = fallback(cache)
        #expect(try await fallback.fill([], catalogue: Self.catalogue, learner: { _ in Self.learner }).landed.isEmpty)
        #expect(cache.asked.withLock { $0 }.isEmpty)
        await #expect(throws: CancellationError.self) {
            try await fallback.fill(
                [RecordCacheRules.Gap(learner: 0, path: Self.name, reason: .failed)],
                catalogue: Self.catalogue, learner: { _ in Self.learner })
        }
    }

    @Test("Paths that are complete and have data are written, with the items of all their sources")
    func writable() throws {
        let fragments = RecordCacheRules.writable([
            try Self.landed(Self.name, .fetched, #"[{"n":1}]"#), try Self.landed(Self.contact, .empty),
            try Self.landed(Self.name, .cached, #"{"n":2}"#, source: "b"),
            try Self.landed(Self.name, .empty, source: "c"),
        ])
        #expect(fragments.map(\.path) == [Self.name])
        #expect(fragments.first?.content.items.text == #"[{"n":1},{"n":2}]"#)
        #expect(fragments.first?.content.count == 2)
    }

    @Test("A path that is incomplete, stale, a scalar, Identifier or from the cache itself is not written")
    func notWritable() throws {
        let data = #"[{"n":1}]"#
        for parts in [
            [try Self.landed(Self.name, .fetched, data), try Self.landed(Self.name, .missing, source: "b")],
            [try Self.landed(Self.name, .stale, data)],
            [try Self.landed(FragmentPath(entity: "informationSourceId"), .fetched, #""org1""#)],
            [try Self.landed(FragmentPath(entity: "identifier"), .fetched, data)],
            [try Self.landed(Self.narrative, .cached, data, source: RecordCacheRules.sourceID)],
            [try Self.landed(Self.name, .empty)],
        ] {
            #expect(RecordCacheRules.writable(parts).isEmpty)
        }
    }

    @Test("Of what is to be written only what the cache has nothing of is")
    func absent() throws {
        let fragments = [try fragment("Name", #"{"n":1}"#), try fragment("Contact", #"{"c":1}"#)]
        #expect(RecordCacheRules.absent(fragments, in: nil).count == 2)
        let record = LIFRecord(person: try raw(#"{"name":[{"n":9}],"Contact":[]}"#))
        #expect(RecordCacheRules.absent(fragments, in: record).map(\.path) == [Self.contact])
    }

    @Test("What no source supplies is asked of the LIF Cache for each query, also when all else is fresh")
    func unconfiguredAndFresh() async throws {
        let time = ManualTime()
        let record = try raw(
            #"{"Identifier":[{"identifier":"1","identifierType":"T"}],"Narrative":[{"n":1}]}"#)
        let cache = ScriptedCache([LIFRecord(person: record)])
        let planner = QueryPlanner(
            configuration: QueryPlannerConfiguration(catalogue: SourceCatalogue([source("org1", ["Name"])])),
            runner: LearnersRunner(time, LearnersRunner.named), fragments: MemoryFragmentStore(),
            requests: ProcessedRequestStore(), records: cache, recordRole: .fallback(isWritten: false),
            logger: .silent, now: { time.now })
        for asked in 1...2 {
            let query = LIFQuery(learners: [Self.learner], selectedFields: ["Person.Name", "Person.Narrative"])
            let answer = try await planner.run(query)
            #expect(answer.compatibleJSON.text.contains(#""Narrative":[{"n":1}]"#))
            #expect(cache.asked.withLock { $0.count } == asked)
            await planner.cache.flush()
        }
        await planner.shutdown()
    }
}
