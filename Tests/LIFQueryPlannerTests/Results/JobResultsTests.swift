import Foundation
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Testing

@Suite struct JobResultsTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let learner = LearnerIdentifier(identifier: "100001", identifierType: "School assigned number")

    private func part(_ source: String, _ entities: String..., learner: LearnerIdentifier? = nil) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source, adapterID: "a", learner: learner ?? self.learner,
            fragmentPaths: entities.map(FragmentPath.init(entity:)))
    }

    private func document(_ parts: String...) throws -> RawJSON {
        try raw(#"{"run_id":"r","query_plan_part_results":[\#(parts.joined(separator: ","))]}"#)
    }

    private func result(
        _ fragments: String, source: String = "org1", adapter: String = "a", learner: String = "100001",
        extra: String = #""error":null"#
    ) -> String {
        #"{"information_source_id":"\#(source)","adapter_id":"\#(adapter)","data_timestamp":"2026-01-02T03:04:05Z","#
            + #""person_id":{"identifier":"\#(learner)","identifierType":"SCHOOL_ASSIGNED_NUMBER"},"#
            + #""fragments":[\#(fragments)],\#(extra)}"#
    }

    @Test("What is written is read back: data to the byte, empty and failed outcomes with what belongs to them")
    func roundTrip() throws {
        let plan = QueryPlan(parts: [
            part("org1", "Name", "informationSourceId"), part("org2", "Name"), part("org3", "Name"),
            part("org4", "Name"),
        ])
        let job = Job(submission: JobSubmission(plan: plan), acceptedAt: now, holder: HolderID())
        let stamp = Date(timeIntervalSince1970: 1_700_000_000.25)
        let outcomes = [
            0: Outcome(
                .data([
                    try fragment("Name", #"[{"n":1.0,"s":"\u00e9é"},{"n":1e2}]"#),
                    try fragment("informationSourceId", #""org1""#),
                ]), finishedAt: now, duration: .milliseconds(12), dataTimestamp: stamp),
            1: Outcome(
                .empty(learnerKnown: true), finishedAt: now, duration: .milliseconds(3), dataTimestamp: stamp),
            2: Outcome(
                .empty(learnerKnown: false), finishedAt: now, duration: .milliseconds(3), dataTimestamp: stamp),
            3: Outcome(.failed(Failure(.invalidAnswer, "Its words.")), finishedAt: now, duration: .milliseconds(4)),
        ]
        let json = JobResults(job: job, outcomes: outcomes).json
        let read = try ReceivedJobResults.outcomes(from: try raw(json.text), plan: plan, now: now)
        for index in 0..<3 { #expect(read[index] == outcomes[index]) }
        #expect(read[3]?.failure?.reason == .invalidAnswer)
        #expect(read[3]?.duration == .milliseconds(4))
    }

    @Test("The document has the members of the wire contract, in the deployed form")
    func wire() throws {
        let plan = QueryPlan(parts: [part("org1", "Name", "informationSourceId"), part("org2", "Name")])
        let job = Job(submission: JobSubmission(plan: plan), acceptedAt: now, holder: HolderID())
        let json = JobResults(
            job: job,
            outcomes: [
                0: Outcome(
                    .data([try fragment("Name", #"{"n":1}"#), try fragment("informationSourceId", #""org1""#)]),
                    finishedAt: now, duration: .zero, dataTimestamp: now),
                1: Outcome(.failed(Failure(.timeout, "No answer.")), finishedAt: now, duration: .milliseconds(7)),
            ]
        ).json
        let person = #""person_id":{"identifier":"100001","identifierType":"School assigned number"}"#
        #expect(
            json.text == #"{"run_id":"\#(job.id.text)","query_plan_part_results":["#
                + #"{"information_source_id":"org1","adapter_id":"a","data_timestamp":"2027-01-15T08:00:00.000Z",\#(person),"#
                + #""fragments":[{"fragment_path":"Person.Name","fragment":[{"n":1}]},"#
                + #"{"fragment_path":"Person.informationSourceId","fragment":["org1"],"scalar":true}],"error":null,"duration_ms":0},"#
                + #"{"information_source_id":"org2","adapter_id":"a","data_timestamp":null,\#(person),"#
                + #""fragments":[],"error":"No answer.","reason":"timeout","duration_ms":7}]}"#)
    }

    @Test("Parts without an outcome are left out")
    func partial() throws {
        let plan = QueryPlan(parts: [part("org1", "Name"), part("org2", "Name")])
        let outcome = Outcome(.empty(learnerKnown: true), finishedAt: now, duration: .zero)
        let results = JobResults(
            job: Job(submission: JobSubmission(plan: plan), acceptedAt: now, holder: HolderID()), outcomes: [1: outcome]
        )
        #expect(results.parts.map(\.part.informationSourceID) == ["org2"])
        #expect(try ReceivedJobResults.outcomes(from: results.json, plan: plan, now: now).keys.sorted() == [1])
    }

    @Test("A result belongs to the part with its source, adapter and learner; others and surplus ones are ignored")
    func matching() throws {
        let other = LearnerIdentifier(identifier: "2", identifierType: "SCHOOL_ASSIGNED_NUMBER")
        let plan = QueryPlan(parts: [
            part("org1", "Name"), part("org1", "Name", learner: other), part("org1", "Name"),
        ])
        func named(_ number: Int) -> String { #"{"fragment_path":"Person.Name","fragment":[\#(number)]}"# }
        let read = try ReceivedJobResults.outcomes(
            from: try document(
                result(named(9), source: "org9"), result(named(9), adapter: "b"), result(named(9), learner: "3"),
                result(named(1), learner: "2"), result(named(2)), result(named(3)), result(named(4))), plan: plan,
            now: now)
        #expect(read.keys.sorted() == [0, 1, 2])
        #expect(read.mapValues { $0.fragments.map(\.content.items.text) } == [0: ["[2]"], 1: ["[1]"], 2: ["[3]"]])
        #expect(read[0]?.dataTimestamp == Date(iso8601: "2026-01-02T03:04:05Z"))
    }

    @Test("Fragments outside the part's paths are dropped; names match exactly first, and get the part's spelling")
    func outsidePaths() throws {
        let plan = QueryPlan(parts: [part("org1", "identifier", "Identifier", "Name")])
        let read = try ReceivedJobResults.outcomes(
            from: try document(
                result(
                    #"{"fragment_path":"Person.Identifier","fragment":[{"a":1}]},"#
                        + #"{"fragment_path":"Person.Contact","fragment":[{"c":1}]},"#
                        + #"{"fragment_path":"person.name","fragment":[{"n":1}]},"#
                        + #"{"fragment_path":"Course.Name","fragment":[{"n":2}]}"#)), plan: plan, now: now)
        let fragments = read[0]?.fragments ?? []
        #expect(fragments.map(\.path.entity) == ["Identifier", "Name"])
        #expect(fragments.map(\.content.items.text) == [#"[{"a":1}]"#, #"[{"n":1}]"#])
    }

    @Test(
        "Out of a whole record the requested paths are taken",
        arguments: [
            #"{"person":[{"name":[{"n":1}],"contact":{"c":1},"x":2}]}"#,
            #"{"Person":{"Name":[{"n":1}],"Contact":[{"c":1}]}}"#, #"{"Person":[{"Name":{"n":1},"Contact":{"c":1}}]}"#,
        ])
    func wholeRecord(_ record: String) throws {
        let plan = QueryPlan(parts: [part("org1", "Name", "Contact", "Narrative")])
        for name in ["person.all", "Person.all"] {
            let read = try ReceivedJobResults.outcomes(
                from: try document(result(#"{"fragment_path":"\#(name)","fragment":[\#(record)]}"#)), plan: plan,
                now: now)
            #expect(read[0]?.fragments.map(\.path.entity) == ["Name", "Contact"])
            #expect(read[0]?.fragments.map(\.content.items.text) == [#"[{"n":1}]"#, #"[{"c":1}]"#])
        }
    }

    @Test("A deployed orchestrator's error is a failed outcome, and its words are not repeated")
    func deployedError() throws {
        let plan = QueryPlan(parts: [part("org1", "Name")])
        let read = try ReceivedJobResults.outcomes(
            from: try document(result("", extra: #""error":"person Ada Lovelace not found at 10.0.0.1""#)), plan: plan,
            now: now)
        #expect(read[0]?.failure?.reason == .sourceError)
        #expect(read[0]?.failure?.message.contains("Ada") == false)
    }

    @Test("Without data and without error the outcome is empty; an empty fragment is none")
    func emptyResults() throws {
        let plan = QueryPlan(parts: [part("org1", "Name")])
        for fragments in ["", #"{"fragment_path":"Person.Name","fragment":[]}"#] {
            let read = try ReceivedJobResults.outcomes(from: try document(result(fragments)), plan: plan, now: now)
            #expect(read[0]?.result == .empty(learnerKnown: false))
        }
    }

    @Test(
        "A document of another shape is refused with the place",
        arguments: [
            ("[]", "query_plan_part_results"), ("{}", "query_plan_part_results"),
            (#"{"query_plan_part_results":{}}"#, "query_plan_part_results"),
            (#"{"query_plan_part_results":[{}]}"#, "query_plan_part_results[0].person_id"),
            (#"{"query_plan_part_results":[7]}"#, "query_plan_part_results[0].person_id"),
        ])
    func shape(_ text: String, _ place: String) throws {
        let plan = QueryPlan(parts: [part("org1", "Name")])
        let document = try raw(text)
        let error = #expect(throws: LIFError.self) {
            try ReceivedJobResults.outcomes(from: document, plan: plan, now: now)
        }
        #expect(error?.code == .queryParseException)
        #expect(error?.isShapeError == true)
        #expect(error?.message.contains(place) == true)
    }
}
