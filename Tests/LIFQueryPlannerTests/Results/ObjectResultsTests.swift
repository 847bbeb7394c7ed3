import Foundation
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFQueryPlanner
import Testing

/// What is posted to planners that take lists of objects only.
@Suite struct ObjectResultsTests {
    private static let paths = ["Name", "birthDate", "Language", "Note"].map(FragmentPath.init(entity:))
    private static let part = QueryPlanPart(
        informationSourceID: "org2", adapterID: "lif-to-lif",
        learner: LearnerIdentifier(identifier: "1", identifierType: "ID"), fragmentPaths: paths)

    private static func results(
        _ members: [String: String], failures: [FragmentPath: Failure] = [:]
    ) throws -> JobResults {
        let fragments = try paths.compactMap { path in
            try members[path.entity].flatMap { text in
                try FragmentContent(member: RawJSON(validating: Array(text.utf8)))
                    .map { Fragment(path: path, content: $0) }
            }
        }
        let outcome = Outcome(
            fragments.isEmpty ? .empty(learnerKnown: true) : .data(fragments), finishedAt: Date(), duration: .zero,
            dataTimestamp: Date(), failures: failures)
        return JobResults(job: RandomID(), parts: [JobResults.Part(part: part, outcome: outcome)])
    }

    private static func received(_ results: JobResults) throws -> [Int: Outcome] {
        let plan = QueryPlan(parts: [part])
        return try ReceivedJobResults.outcomes(from: results.json, plan: plan, now: Date())
    }

    @Test("What is no object is left out, whether it stands alone or in a list, and the paths are reported")
    func leftOut() throws {
        let results = try Self.results([
            "Name": #"[{"firstName":"Ada"}]"#, "birthDate": #""1815-12-10""#, "Language": #"["en","fr"]"#,
            "Note": #"[{"n":1},"two",[3]]"#,
        ]).objectsOnly
        let part = try #require(results.json["query_plan_part_results"]?.elements.first)
        let fragments = part["fragments"]?.elements ?? []
        #expect(fragments.map { $0["fragment_path"]?.string } == ["Person.Name", "Person.Note"])
        #expect(fragments.map { $0["fragment"]?.text } == [#"[{"firstName":"Ada"}]"#, #"[{"n":1}]"#])
        #expect(part["left_out"]?.text == #"["Person.birthDate","Person.Language","Person.Note"]"#)
        #expect(part["error"]?.isNull == true)
    }

    @Test("A part of scalars only is there without fragments and without an error, as deployed planners take it")
    func nothingLeft() throws {
        let results = try Self.results(["birthDate": "1815"]).objectsOnly
        let part = try #require(results.json["query_plan_part_results"]?.elements.first)
        #expect(part["fragments"]?.text == "[]")
        #expect(part["error"]?.isNull == true)
        #expect(part["person_id"]?["identifier"]?.string == "1")
    }

    @Test("Paths at which the source failed are reported as before")
    func failures() throws {
        let failures = [FragmentPath(entity: "Note"): Failure(.sourceError, "It failed.")]
        let results = try Self.results(["Name": #"[{"n":1}]"#, "birthDate": "1815"], failures: failures)
        #expect(results.objectsOnly.parts[0].outcome.failures == failures)
    }

    @Test("Results of objects only are the same as before, to the byte")
    func unchanged() throws {
        let results = try Self.results(["Name": #"[{"firstName":"Ada"}]"#, "Note": #"{"n":1.0}"#])
        #expect(results.objectsOnly == results)
        #expect(results.objectsOnly.json == results.json)
    }

    @Test("A part of which something was left out is not taken as all that the source has")
    func notTaken() throws {
        let results = try Self.results(["Name": #"[{"firstName":"Ada"}]"#, "birthDate": #""1815-12-10""#])
        #expect(try Self.received(results.objectsOnly) == [:])
        let whole = try #require(try Self.received(results)[0])
        #expect(whole.fragments.map(\.path.entity) == ["Name", "birthDate"])
        #expect(whole.fragments.map(\.content.isScalar) == [false, true])
    }
}
