import LIFJSON
import LIFModel
import Testing

@Suite("Query plans")
struct QueryPlanTests {
    private let plan = QueryPlan(parts: [
        QueryPlanPart(
            informationSourceID: "org2", adapterID: "lif-to-lif",
            learner: LearnerIdentifier(identifier: "100001", identifierType: "School assigned number"),
            fragmentPaths: [FragmentPath(entity: "Name"), FragmentPath(entity: "CredentialAward")]),
        QueryPlanPart(
            informationSourceID: "hr", adapterID: "rest",
            learner: LearnerIdentifier(identifier: "a\"b", identifierType: "EMPLOYEE"),
            fragmentPaths: [FragmentPath(entity: "PositionPreferences")],
            translation: Translation(sourceSchemaID: "26", targetSchemaID: "17")),
    ])

    @Test("The wire form is that of the contract")
    func wireForm() {
        let expected =
            #"{"information_source_id":"org2","adapter_id":"lif-to-lif","#
            + #""person_id":{"identifier":"100001","identifierType":"School assigned number"},"#
            + #""lif_fragment_paths":["Person.Name","Person.CredentialAward"],"translation":null}"#
        #expect(plan.json.elements.first?.text == expected)
        #expect(
            plan.json.elements.last?["translation"]?.text == #"{"source_schema_id":"26","target_schema_id":"17"}"#)
    }

    @Test("A plan written as JSON reads back the same")
    func roundTrip() throws {
        #expect(try QueryPlan(json: plan.json.value()) == plan)
        #expect(try QueryPlan(json: []).parts.isEmpty)
    }

    @Test(
        "A part of another shape is refused with its place",
        arguments: [
            ("information_source_id", "1", "\"lif_query_plan[1].information_source_id\" is a number"),
            ("adapter_id", "null", "\"lif_query_plan[1].adapter_id\" is null"),
            ("person_id", "[]", "\"lif_query_plan[1].person_id\" is an array"),
            ("person_id", #"{"identifier":"x"}"#, "\"lif_query_plan[1].person_id.identifierType\" is missing"),
            ("lif_fragment_paths", "[]", "\"lif_query_plan[1].lif_fragment_paths\""),
            ("lif_fragment_paths", #"["Person"]"#, "\"lif_query_plan[1].lif_fragment_paths[0]\""),
            ("lif_fragment_paths", #"["Person.Name",1]"#, "\"lif_query_plan[1].lif_fragment_paths[1]\" is a number"),
            ("translation", #""26""#, "\"lif_query_plan[1].translation\" is a string"),
            (
                "translation", #"{"source_schema_id":"1"}"#,
                "\"lif_query_plan[1].translation.target_schema_id\" is missing"
            ),
        ])
    func shapeErrors(name: String, value: String, place: String) throws {
        var parts = try #require(plan.json.value().array)
        var part = try #require(parts[1].object)
        part[name] = try JSONParser.parse(value)
        parts[1] = .object(part)
        let error = try #require(throws: LIFError.self) { try QueryPlan(json: .array(parts)) }
        #expect(error.code == .queryParseException)
        #expect(error.isShapeError)
        #expect(error.message.contains(place), "\(error.message)")
        #expect(!error.message.contains("100001") && !error.message.contains("a\"b"))
    }

    @Test("The text of a plan numbers learners and never names them")
    func description() {
        let text = plan.description
        #expect(text.hasPrefix("query plan: 2 parts\n"))
        #expect(text.contains("learner #1 (SCHOOL_ASSIGNED_NUMBER)") && text.contains("learner #2 (EMPLOYEE)"))
        #expect(text.contains("fetch Person.CredentialAward"))
        #expect(text.contains("translate 26 to 17"))
        #expect(!text.contains("100001") && !text.contains("a\"b"))
    }
}
