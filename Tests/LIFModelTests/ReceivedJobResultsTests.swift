import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("Job results as an orchestrator sends them")
struct ReceivedJobResultsTests {
    private static let learner = LearnerIdentifier(identifier: "1", identifierType: "ID")
    private static let plan = QueryPlan(parts: [
        QueryPlanPart(
            informationSourceID: "org2", adapterID: "lif-to-lif", learner: learner,
            fragmentPaths: [FragmentPath(entity: "Name"), FragmentPath(entity: "Contact")])
    ])

    private static func outcome(_ fragments: String, _ rest: String = "") throws -> Outcome? {
        let document = """
            {"query_plan_part_results":[{"information_source_id":"org2","adapter_id":"lif-to-lif",
            "person_id":{"identifier":"1","identifierType":"ID"},"fragments":[\(fragments)]\(rest)}]}
            """
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

    @Test("Of a whole record the paths that were asked for are taken")
    func paths() throws {
        let record = #"{"fragment_path":"person.all","fragment":[{"Person":[{"Other":1,"Name":[{"n":1}]}]}]}"#
        #expect(try Self.outcome(record)?.fragments.map(\.content.items.text) == [#"[{"n":1}]"#])
    }
}
