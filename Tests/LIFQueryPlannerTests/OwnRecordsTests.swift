import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// The organisation's own records in a LIF Cache, as a source of their own.
@Suite(.timeLimit(.minutes(1))) struct OwnRecordsTests {
    /// A LIF Cache with records, which may fail.
    private final class Cache: RecordCache {
        let records: Noted<[LIFRecord]>
        let error: Noted<LIFError?> = Noted(nil)
        let asked: Noted<[[FragmentPath]]> = Noted([])
        let saved = Tally()

        init(_ persons: [String]) throws {
            records = Noted(try persons.map { LIFRecord(person: try raw($0)) })
        }

        func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord] {
            asked.change { $0.append(paths) }
            if let error = error.value { throw error }
            return records.value
        }

        func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws { saved.add() }
    }

    private let time = ManualTime()

    private func planner(
        _ cache: Cache, runner: LearnersRunner, ttl: Duration = .seconds(60),
        identities: any IdentityLookup = SharedIdentities(), fragments: any FragmentStore = MemoryFragmentStore()
    ) -> QueryPlanner {
        let own = InformationSource(
            id: "lif-cache", organization: "us", adapterID: "lif-cache", timeToLive: ttl, fragmentPaths: [],
            isPartner: false, isOwnRecords: true)
        let time = time
        return QueryPlanner(
            configuration: QueryPlannerConfiguration(
                catalogue: SourceCatalogue([own, source("org1", ["Name", "CredentialAward"])]),
                federation: FederationSettings(organization: "us")),
            runner: runner, fragments: fragments, requests: ProcessedRequestStore(),
            identities: identities, records: cache, recordRole: .ownSource, logger: .silent, now: { time.now })
    }

    private static let identifier =
        #""Identifier":[{"identifier":"1","identifierType":"T","informationSourceId":"US"}]"#
    private static let person =
        #"{\#(identifier),"Name":[{"lastName":"A","informationSourceId":"us"},{"lastName":"B","informationSourceId":"org1"}],"#
        + #""Proficiency":[{"name":"P","informationSourceId":"us"}]}"#

    private func query(_ fields: [String]) -> LIFQuery { LIFQuery(learners: learners([1]), selectedFields: fields) }

    @Test("Own items stand before those of the sources, and copies of these in the LIF Cache are left out")
    func merged() async throws {
        let cache = try Cache([Self.person])
        let planner = planner(
            cache, runner: LearnersRunner(time) { _ in .data([try fragment("Name", #"{"lastName":"C"}"#)]) })
        let answer = try await planner.run(query(["Person.Name", "Person.Proficiency", "Person.CredentialAward"]))
        #expect(
            answer.summary == [
                "lif-cache Person.Name fetched 1", "org1 Person.Name fetched 1",
                "lif-cache Person.CredentialAward empty 0", "org1 Person.CredentialAward empty 0",
                "lif-cache Person.Proficiency fetched 1",
            ])
        #expect(
            answer.records.first?.person?["Name"]?.text
                == #"[{"lastName":"A","informationSourceId":"us"},{"lastName":"C"}]"#)
        #expect(cache.asked.value.count == 1, "one request for all paths")
    }

    @Test(
        "What was read is kept for its time and replaced then: a refresh duplicates nothing, and nothing is written back"
    )
    func refreshed() async throws {
        let cache = try Cache([Self.person])
        let planner = planner(cache, runner: LearnersRunner(time, LearnersRunner.named))
        for _ in 1...2 { _ = try await planner.run(query(["Person.Name"])) }
        #expect(cache.asked.value.count == 1)
        time.advance(by: .seconds(61))
        let again = try await planner.run(query(["Person.Name"]))
        #expect(again.summary == ["lif-cache Person.Name fetched 1", "org1 Person.Name cached 1"])
        #expect(cache.asked.value.count == 2)
        cache.records.value = []
        time.advance(by: .seconds(1))
        let gone = try await planner.run(query(["Person.Name"]), QueryOptions(maximumAge: .zero))
        #expect(gone.summary.first == "lif-cache Person.Name empty 0", "and what goes away there goes away here")
        await planner.shutdown()
        #expect(cache.saved.count == 0)
    }

    @Test(
        "Without a time to keep them for, each query reads them: what changes there is seen at once, and nothing is stored"
    )
    func unkept() async throws {
        let cache = try Cache([Self.person])
        let store = MemoryFragmentStore()
        let planner = planner(
            cache, runner: LearnersRunner(time, LearnersRunner.named), ttl: .zero, fragments: store)
        _ = try await planner.run(query(["Person.Name"]))
        cache.records.value = [
            LIFRecord(person: try raw(Self.person.replacing(#""lastName":"A""#, with: #""lastName":"Z""#)))
        ]
        let again = try await planner.run(query(["Person.Name"]))
        #expect(again.summary == ["lif-cache Person.Name fetched 1", "org1 Person.Name cached 1"])
        #expect(again.records.first?.person?["Name"]?.text.contains(#""Z""#) == true)
        await planner.shutdown()
        let name = FragmentPath(entity: "Name")
        let keys = ["lif-cache", "org1"].map { FragmentKey(sourceID: $0, learner: learners([1])[0], path: name) }
        #expect(try await store.read(keys).keys.map(\.sourceID) == ["org1"])
    }

    @Test("A LIF Cache that is away is missing as any source is, is never kept as empty, and costs nobody else's data")
    func away() async throws {
        let cache = try Cache([Self.person])
        cache.error.value = LIFError(.neighbourNotAvailable, "It is down.", blame: .source, reason: .timeout)
        let planner = planner(cache, runner: LearnersRunner(time, LearnersRunner.named))
        let answer = try await planner.run(query(["Person.Name"]))
        #expect(answer.summary == ["lif-cache Person.Name missing 0", "org1 Person.Name fetched 1"])
        #expect(answer.parts.first?.reason == "timeout")
        cache.error.value = nil
        #expect(try await planner.run(query(["Person.Name"])).summary.first == "lif-cache Person.Name fetched 1")
    }

    @Test("Sources that cannot be asked cost their own data: what the LIF Cache has is answered")
    func onlyOwn() async throws {
        let cache = try Cache([Self.person])
        let planner = planner(cache, runner: LearnersRunner(time) { _ in throw LIFError.refused })
        let answer = try await planner.run(query(["Person.Name"]))
        #expect(answer.summary.first == "lif-cache Person.Name fetched 1")
        #expect(answer.summary.last?.hasPrefix("org1 Person.Name missing") == true)
    }

    @Test("A client that does not wait, and comes back when its query is done, gets the answer at once")
    func asynchronous() async throws {
        let cache = try Cache([Self.person])
        let planner = planner(cache, runner: LearnersRunner(time, LearnersRunner.named), ttl: .zero)
        var options = QueryOptions(wait: .zero)
        options.asynchrony = .preferred
        guard case .goesOn(let id) = try await planner.reply(to: query(["Person.Name"]), options) else {
            Issue.record("a source must be asked, and the client does not wait")
            return
        }
        #expect(try await planner.request(id, waitingFor: .seconds(60)).state == .completed)
        guard case .answer(let ready) = try await planner.reply(to: query(["Person.Name"]), options) else {
            Issue.record("all that is lacking is what each query reads")
            return
        }
        #expect(ready.answer.summary == ["lif-cache Person.Name fetched 1", "org1 Person.Name cached 1"])
        await planner.shutdown()
    }

    @Test("An entity that no data model knows is read from the LIF Cache, too")
    func unknownEntity() async throws {
        let person = Self.person.replacing(#""Proficiency":"#, with: #""Zebra":"#)
        let planner = planner(try Cache([person]), runner: LearnersRunner(time, LearnersRunner.named))
        let answer = try await planner.run(query(["Person.Zebra", "Person.Quokka"]))
        #expect(
            answer.summary == ["lif-cache Person.Zebra fetched 1", "lif-cache Person.Quokka empty 0"])
    }

    @Test("The whole record holds every path that the LIF Cache may have")
    func wholeRecord() async throws {
        let planner = planner(try Cache([Self.person]), runner: LearnersRunner(time, LearnersRunner.named))
        let person = try await planner.run(query([])).records.first?.person
        #expect(person?["Proficiency"]?.text == #"[{"name":"P","informationSourceId":"us"}]"#)
        #expect(person?["Identifier"] != nil)
    }

    @Test("Our own records are asked for by the query's identifier, whatever an Identity Mapper says of our name")
    func identity() async throws {
        struct Mapper: IdentityLookup {
            func identities(
                of learners: [LearnerIdentifier], at sources: [InformationSource]
            ) async throws -> [[String: LearnerIdentifier]] {
                #expect(sources.allSatisfy { !$0.isOwnRecords })
                return learners.map { _ in ["org1": .init(identifier: "E-7", identifierType: "T")] }
            }
        }
        let cache = try Cache([Self.person])
        let planner = planner(cache, runner: LearnersRunner(time, LearnersRunner.named), identities: Mapper())
        #expect(try await planner.run(query(["Person.Name"])).summary.first == "lif-cache Person.Name fetched 1")
    }

    @Test("After an update a learner's own records are read anew, and nothing else is")
    func changed() async throws {
        let cache = try Cache([Self.person, Self.person.replacing(#""identifier":"1""#, with: #""identifier":"2""#)])
        let planner = planner(cache, runner: LearnersRunner(time, LearnersRunner.named))
        func summary(_ learner: Int) async throws -> [String] {
            try await planner.run(LIFQuery(learners: learners([learner]), selectedFields: ["Person.Name"])).summary
        }
        for learner in [1, 2] { _ = try await summary(learner) }
        let kept = ["lif-cache Person.Name cached 1", "org1 Person.Name cached 1"]
        // Also an answer that is ready in memory.
        #expect(try await summary(1) == kept)
        time.advance(by: .seconds(1))
        await planner.recordsHaveChanged(of: Set(learners([1])))
        #expect(try await summary(1) == ["lif-cache Person.Name fetched 1", "org1 Person.Name cached 1"])
        #expect(try await summary(1) == kept)
        #expect(try await summary(2) == kept)
    }

    @Test("Explaining a query shows that they are to be read, and plans nothing for an orchestrator")
    func explained() async throws {
        let planner = planner(try Cache([Self.person]), runner: LearnersRunner(time, LearnersRunner.named))
        let explanation = try await planner.explain(query(["Person.Name", "Person.Proficiency"]))
        #expect(explanation.plan.parts.map(\.informationSourceID) == ["org1"])
        #expect(explanation.delta.missing.map(\.source.id) == ["lif-cache", "org1", "lif-cache"])
    }

    @Test("After an update of nobody knows whom, no own record that was kept is served, by no planner on the store")
    func anybodyChanged() async throws {
        let cache = try Cache([Self.person, Self.person.replacing(#""identifier":"1""#, with: #""identifier":"2""#)])
        let store = MemoryFragmentStore()
        let runner = LearnersRunner(time, LearnersRunner.named)
        let (planner, other) = (
            planner(cache, runner: runner, fragments: store), planner(cache, runner: runner, fragments: store)
        )
        func summary(_ learner: Int, _ planner: QueryPlanner) async throws -> [String] {
            try await planner.run(LIFQuery(learners: learners([learner]), selectedFields: ["Person.Name"])).summary
        }
        let kept = ["lif-cache Person.Name cached 1", "org1 Person.Name cached 1"]
        for learner in [1, 2] {
            _ = try await summary(learner, planner)
            #expect(try await summary(learner, planner) == kept)
        }
        time.advance(by: .seconds(1))
        await planner.recordsHaveChanged(of: nil)
        let read = ["lif-cache Person.Name fetched 1", "org1 Person.Name cached 1"]
        #expect(try await summary(1, planner) == read)
        #expect(try await summary(1, planner) == kept)
        await planner.cache.flush()
        #expect(try await summary(2, other) == read)
        #expect(try await summary(2, other) == kept)
    }

    @Test("Two records of one learner are nobody's data, and say so")
    func several() async throws {
        let planner = planner(
            try Cache([Self.person, Self.person]), runner: LearnersRunner(time, LearnersRunner.named))
        let answer = try await planner.run(query(["Person.Name"]))
        #expect(answer.summary.first == "lif-cache Person.Name missing 0")
        #expect(answer.parts.first?.reason == "invalid-answer")
    }
}
