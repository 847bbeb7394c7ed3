import Foundation
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFQueryPlanner
import Testing

@Suite("Job results as an orchestrator sends them")
struct ReceivedJobResultsTests {
    private static let learner = LearnerIdentifier(identifier: "1", identifierType: "ID")
    private static let plan = QueryPlan(parts: [
        QueryPlanPart(
            informationSourceID: "org2", adapterID: "lif-to-lif", learner: learner,
            fragmentPaths: [FragmentPath(entity: "Name"), FragmentPath(entity: "Contact")])
    ])

    private static func document(_ fragments: String, _ rest: String) -> String {
        """
        {"query_plan_part_results":[{"information_source_id":"org2","adapter_id":"lif-to-lif",
        "person_id":{"identifier":"1","identifierType":"ID"},"fragments":[\(fragments)]\(rest)}]}
        """
    }

    private static func outcome(_ fragments: String, _ rest: String = "") throws -> Outcome? {
        let document = document(fragments, rest)
        let results = ReceivedJobResults(try RawJSON(validating: Array(document.utf8)), plan: plan, now: Date())
        try results.faults.check()
        return results.outcomes[0]
    }

    private static func isKnown(_ outcome: Outcome?) -> Bool? {
        guard case .empty(let isKnown) = outcome?.result else { return nil }
        return isKnown
    }

    @Test("Whose whole record came is known, also when it has none of the paths")
    func wholeRecord() throws {
        let record = #"{"fragment_path":"person.all","fragment":[{"Person":[{"Proficiency":[{"n":1}]}]}]}"#
        #expect(Self.isKnown(try Self.outcome(record)) == true)
        #expect(Self.isKnown(try Self.outcome(record, #","learner_known":false"#)) == true)
    }

    @Test(
        "Nobody is known by what holds no person",
        arguments: [
            "", #"{"fragment_path":"person.all","fragment":[]}"#, #"{"fragment_path":"person.all","fragment":[7]}"#,
            #"{"fragment_path":"person.all","fragment":[{"Person":[]}]}"#,
            #"{"fragment_path":"person.all","fragment":[{"Person":[{}]}]}"#,
        ])
    func nobody(_ fragments: String) throws {
        #expect(Self.isKnown(try Self.outcome(fragments)) == false)
        #expect(Self.isKnown(try Self.outcome(fragments, #","learner_known":true"#)) == true)
    }

    @Test(
        "A duration or a time that cannot be is reported with its place, and costs no data",
        arguments: [
            ("duration_ms", "9300000000000000"), ("duration_ms", "-1"), ("duration_ms", "1e999"),
            ("duration_ms", #""20""#), ("data_timestamp", #""yesterday""#), ("data_timestamp", "1700000000"),
        ])
    func misstated(_ name: String, _ value: String) throws {
        let document = Self.document(Self.name, #","\#(name)":\#(value)"#)
        let results = ReceivedJobResults(try RawJSON(validating: Array(document.utf8)), plan: Self.plan, now: Date())
        #expect(results.faults.isEmpty)
        #expect(results.misstated.faults.map(\.place) == ["query_plan_part_results[0].\(name)"])
        #expect(results.misstated.error?.isShapeError == true)
        let outcome = try #require(results.outcomes[0])
        #expect(outcome.fragments.count == 1)
        #expect(outcome.duration == .zero)
        #expect((outcome.dataTimestamp == nil) == (name == "data_timestamp"))
    }

    @Test("Of a whole record the paths that were asked for are taken")
    func paths() throws {
        let record = #"{"fragment_path":"person.all","fragment":[{"Person":[{"Other":1,"Name":[{"n":1}]}]}]}"#
        #expect(try Self.outcome(record)?.fragments.map(\.content.items.text) == [#"[{"n":1}]"#])
    }

    @Test(
        "A result about another learner is a failure, also where its identifiers were not asked for",
        arguments: [
            #"{"fragment_path":"Person.Identifier","fragment":[{"identifier":"2","identifierType":"id"}]}"#,
            #"{"fragment_path":"person.identifier","fragment":[{"Identifier":"2","IdentifierType":"ID"}]}"#,
            #"{"fragment_path":"person.all","fragment":[{"Person":[{"Identifier":{"identifier":"2","identifierType":"ID"}}]}]}"#,
            #"{"fragment_path":"person.all","fragment":[{"person":{"identifier":[{"identifier":"2","identifierType":"ID"}]}}]}"#,
        ])
    func anotherLearner(_ identifier: String) throws {
        let result = """
            {"query_plan_part_results":[{"information_source_id":"org2","adapter_id":"lif-to-lif",
            "person_id":{"identifier":"1","identifierType":"ID"},"fragments":[\(Self.name),\(identifier)]}]}
            """
        func results(_ sources: [String: PlannedSource] = [:]) throws -> ReceivedJobResults {
            ReceivedJobResults(
                try RawJSON(validating: Array(result.utf8)), plan: QueryPlan(parts: Self.plan.parts, sources: sources),
                now: Date())
        }
        #expect(try results().outcomes[0]?.failure == AnsweredLearner.failure)
        #expect((try results().droppedFragments["org2"] ?? 0) >= 2)
        let rewriting = try results(["org2": PlannedSource(origin: "a", rewritesIdentifiers: true)])
        #expect(rewriting.outcomes[0]?.fragments.map(\.path.entity) == ["Name"])
        #expect(try Self.outcome(Self.name + "," + identifier.replacing(#""2""#, with: #""1""#))?.failure == nil)
    }

    private static let name = #"{"fragment_path":"Person.Name","fragment":[{"n":1}]}"#
    private static let contact = FragmentPath(entity: "Contact")

    @Test("Paths at which the source failed beside data are read, in any spelling; the words are not taken")
    func missing() throws {
        let missing =
            #","error":null,"missing":[{"fragment_path":"person.contact","reason":"timeout","message":"SECRET"},{"fragment_path":"Person.Other"},7]"#
        let outcome = try #require(try Self.outcome(Self.name, missing))
        #expect(outcome.fragments.map(\.path.entity) == ["Name"])
        #expect(outcome.failures.mapValues(\.reason) == [Self.contact: .timeout])
        #expect(outcome.failures[Self.contact]?.message.contains("SECRET") == false)
        #expect(outcome.failure == nil)
    }

    @Test("A fragment at a path that failed does not count; when every path failed, the part did")
    func missingAll() throws {
        let missing = #","missing":[{"fragment_path":"Person.Name","reason":"source-error"}]"#
        let some = try #require(try Self.outcome(Self.name, missing))
        #expect(some.result == .empty(learnerKnown: false))
        #expect(some.failures.keys.map(\.entity) == ["Name"])
        let all = #","missing":[{"fragment_path":"Person.Name","reason":"new"},{"fragment_path":"Person.Contact"}]"#
        #expect(try Self.outcome(Self.name, all)?.failure?.reason == .sourceError)
    }

    @Test("What is written is read back, and a deployed planner sees the data and no error")
    func written() throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let fragments = try [
            Fragment(path: FragmentPath(entity: "Name"), content: #require(FragmentContent(member: RawJSON(["a"]))))
        ]
        let outcome = Outcome(
            .data(fragments), finishedAt: now, duration: .milliseconds(5), dataTimestamp: now,
            failures: [Self.contact: Failure(.sourceError, "It failed.")])
        let part = Self.plan.parts[0]
        let results = JobResults(job: RandomID(), parts: [JobResults.Part(part: part, outcome: outcome)])
        let written = try #require(results.json["query_plan_part_results"]?.elements.first)
        #expect(written["error"]?.isNull == true)
        #expect(written["fragments"]?.elements.count == 1)
        #expect(
            written["missing"]?.text
                == #"[{"fragment_path":"Person.Contact","reason":"source-error","message":"It failed."}]"#)
        let read = try ReceivedJobResults.outcomes(from: results.json, plan: Self.plan, now: now)[0]
        #expect(read?.result == outcome.result)
        #expect(read?.failures[Self.contact]?.reason == .sourceError)
    }
}
