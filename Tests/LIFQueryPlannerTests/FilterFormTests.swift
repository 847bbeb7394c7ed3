import LIFJSON
import LIFModel
import LIFQueryPlanner
import Testing

@Suite("Reading a LIF query")
struct FilterFormTests {
    private func query(_ text: String) throws -> LIFQuery { try LIFQuery(json: JSONParser.parse(text)) }

    private let learner = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER")
    private static let identifier = #"{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}"#

    @Test("The filter form of the wire contract")
    func filterForm() throws {
        let query = try query(
            #"{"filter":{"Person":{"Identifier":\#(Self.identifier)}},"#
                + #""selected_fields":["Person.Name","Person.CredentialAward"]}"#)
        #expect(query.learners == [learner])
        #expect(query.selectedFields == ["Person.Name", "Person.CredentialAward"])
    }

    @Test(
        "Person and Identifier may start with a small letter, and the identifier may stand in an array",
        arguments: [
            #"{"person":{"Identifier":\#(identifier)}}"#, #"{"Person":{"identifier":\#(identifier)}}"#,
            #"{"person":{"identifier":[\#(identifier)]}}"#, #"{"Person":{"Identifier":[\#(identifier)]}}"#,
        ])
    func spellings(filter: String) throws {
        #expect(try query(#"{"filter":\#(filter)}"#) == LIFQuery(learners: [learner], selectedFields: []))
    }

    @Test("Several learners keep their order")
    func severalLearners() throws {
        let query = try query(
            #"{"filter":{"Person":{"Identifier":[{"identifier":"2","identifierType":"B"},"#
                + #"{"identifier":"1","identifierType":"A","informationSourceId":null}]}}}"#)
        #expect(query.learners.map(\.identifier) == ["2", "1"])
        #expect(query.learners.map(\.identifierType) == ["B", "A"])
    }

    @Test(
        "Fields that are absent, null or empty ask for the entire record",
        arguments: ["", #","selected_fields":null"#, #","selected_fields":[]"#])
    func noFields(fields: String) throws {
        #expect(try query(#"{"filter":{"Person":{"Identifier":\#(Self.identifier)}}\#(fields)}"#).selectedFields == [])
    }

    @Test("A query written as JSON reads back the same")
    func roundTrip() throws {
        let query = LIFQuery(
            learners: [learner, LearnerIdentifier(identifier: "a\"\\/é😀", identifierType: "Course Code")],
            selectedFields: ["Person.Name", "person.contact.Email"])
        let read = try LIFQuery(json: query.json.value())
        #expect(read == query)
        #expect(read.learners.map(\.identifierType) == query.learners.map(\.identifierType))
    }

    @Test(
        "Members that are null, or filled with nothing, are absent",
        arguments: [
            #"{"filter":{"Person":{"Identifier":@,"Name":null,"Contact":{"Email":[],"Phone":{"number":null}}}}}"#,
            #"{"filter":{"Person":{"Identifier":[@]},"person":null,"Course":null},"selected_fields":null}"#,
            #"{"filter":{"Person":{"Identifier":null,"identifier":@}},"query":null,"updatePerson":null,"x":null}"#,
            #"{"filter":{"Person":{"Identifier":@}},"selectedFields":null}"#,
            #"{"filter":{"Person":{"Identifier":@},"Course":{}}}"#,
            #"{"filter":{"Course":[],"person":{"Identifier":@}}}"#,
            #"{"filter":{"Person":{"Identifier":@},"Course":{"name":null,"x":[{}]}}}"#,
            #"{"filter":{"Person":{},"person":{"Identifier":@}}}"#,
            #"{"filter":{"__typename":"Query","Person":{"__typename":"Person","Identifier":@}}}"#,
            #"{"filter":{"Person":{"Identifier":@,"Name":{"__typename":"Name","firstName":null}}}}"#,
        ])
    func nulls(template: String) throws {
        let read = try query(template.replacing("@", with: Self.identifier))
        #expect(read == LIFQuery(learners: [learner], selectedFields: []))
    }

    private static func with(_ member: String, fields: String = "") -> String {
        #"{"filter":{"Person":{"Identifier":\#(identifier)}},"\#(member)":[]\#(fields)}"#
    }

    @Test(
        "Members that a caller has of its own are ignored, and can be named",
        arguments: [
            "trace_id", "limit", "offset", "version", "operationName", "variables", "user", "title", "result",
            "quarter",
            "fil", "a", "cache", "retry",
        ])
    func ignored(member: String) throws {
        let text = Self.with(member, fields: #","selected_fields":["Person.Name"]"#)
        #expect(try query(text) == LIFQuery(learners: [learner], selectedFields: ["Person.Name"]))
        #expect(QueryMembers.ignored(in: try JSONParser.parse(text)) == member)
    }

    @Test(
        "A member that looks like a known one is refused, as ignoring it would answer with the whole record",
        arguments: [
            "selected_fields": [
                "selected_field", "selectedFields", "selectedfields", "selected-fields", "SELECTED_FIELDS",
                "Selected Fields", "seleted_fields", "selected_feilds", "selectd_fieldss", "select_fields",
            ], "filter": ["filters", "Filter", "FILTER", "fitler", "filer"],
            "query": ["Query", "querry", "qurey", "_query"],
        ])
    func nearMisses(meant: String, members: [String]) throws {
        for member in members {
            for fields in ["", #","selected_fields":["Person.Name"]"#] {
                let error = try #require(throws: LIFError.self) { try query(Self.with(member, fields: fields)) }
                #expect(error.code == .queryNotValid && error.isShapeError)
                #expect(error.message.contains("an unknown member that looks like \"\(meant)\""), "\(member)")
            }
        }
    }

    private static let selecting = [
        "include_metadata_fields", "field_count", "customFields", "source_fields", "sortField", "fieldset",
        "selectedBy",
        "selection_id", "preselected", "select_all", "fields", "field", "select", "selection", "slected_fild",
        "slectedFlds", "selct_flds", "flds", "feilds", "slect", "slctd_fields",
    ]

    @Test(
        "A member that may have been meant to select fields is ignored beside fields, and refused where none are selected",
        arguments: selecting, ["", "[]", "null"])
    func besideFields(member: String, nothing: String) throws {
        let beside = Self.with(member, fields: #","selected_fields":["Person.Name"]"#)
        #expect(try query(beside).selectedFields == ["Person.Name"])
        let fields = nothing.isEmpty ? "" : #","selected_fields":\#(nothing)"#
        let error = #expect(throws: LIFError.self) { try query(Self.with(member, fields: fields)) }
        #expect(error?.code == .queryNotValid && error?.isShapeError == true)
    }

    @Test("Without selected fields a name with several mistakes is refused, and a caller's own name is still ignored")
    func severalMistakes() throws {
        for member in Self.selecting { #expect(throws: LIFError.self) { try query(Self.with(member)) } }
        for member in [
            "trace_id", "limit", "offset", "version", "operationName", "variables", "user", "title", "results", "cache",
            "retry", "session_id", "correlationId", "organization", "settings", "statistics", "elements", "seed",
        ] {
            #expect(try query(Self.with(member)).selectedFields == [], "\(member)")
        }
    }

    @Test("Only so many members are ignored, and few of them are named; what may be a value is counted")
    func manyMembers() throws {
        func text(_ names: [String]) -> String {
            let members = names.map { #","\#($0)":1"# }.joined()
            return #"{"filter":{"Person":{"Identifier":\#(Self.identifier)}}\#(members)}"#
        }
        let names = (0..<64).map {
            "m" + String(repeating: "x", count: $0 % 10 + 7) + String(UnicodeScalar(97 + $0 % 26)!)
        }
        #expect(try query(text(names)).selectedFields == [])
        #expect(QueryMembers.ignored(in: try JSONParser.parse(text(names))).hasSuffix(", 56 more"))
        let error = #expect(throws: LIFError.self) { try query(text(names + ["x"])) }
        #expect(error?.code == .queryNotValid && error?.isShapeError == true)
        let odd = ["SVU-2025", "a@b.example", "line\\nbreak", "Ren\u{e9}e", String(repeating: "x", count: 65)]
        #expect(QueryMembers.ignored(in: try JSONParser.parse(text(odd + ["trace_id"]))) == "trace_id, 5 more")
        #expect(QueryMembers.ignored(in: try JSONParser.parse("[]")) == "")
        #expect(QueryMembers.ignored(in: try JSONParser.parse(text([]))) == "")
    }

    @Test(
        "__typename is no field: it names the structure that it is in, and by itself never the whole record",
        arguments: [
            (
                ["Person.Name", "Person.Name.firstName", "Person.Name.__typename"],
                ["Person.Name", "Person.Name.firstName", "Person.Name"]
            ),
            (["Person.Name.__typename"], ["Person.Name"]),
            (["Person.Contact.Email.__typename", "Person.__typename"], ["Person.Contact.Email"]),
            (["$.Person.Name.__typename"], ["$.Person.Name"]),
            (["Person.__typename"], ["Person.Identifier"]), (["Person", "Person.__typename"], ["Person"]),
            (["Person", "__typename"], ["Person"]), (["$.person", "Person.Name.__typename"], ["$.person"]),
            (["Person.__typename", "__typename"], ["Person.Identifier"]),
            (["Person", "Person.Name", "Person.Name.__typename"], ["Person", "Person.Name", "Person.Name"]),
            (["__typename"], ["Person.Identifier"]), (["person.__typename"], ["Person.Identifier"]),
            (["Person.__typename", "Person.Name"], ["Person.Name"]),
            (["Person.Name.__typename.x"], ["Person.Name.__typename.x"]),
            (["Person.my__typename"], ["Person.my__typename"]),
            (["Person"], ["Person"]), ([], []),
        ])
    func typeNames(asked: [String], read: [String]) throws {
        let list = asked.map { "\"\($0)\"" }.joined(separator: ",")
        let text = #"{"filter":{"Person":{"Identifier":\#(Self.identifier)}},"selected_fields":[\#(list)]}"#
        #expect(try query(text).selectedFields == read)
    }

    @Test(
        "A document of another shape is refused with the place in it",
        arguments: [
            (#"[]"#, "the query is an array"), (#""x""#, "the query is a string"), (#"{}"#, "\"filter\" is missing"),
            (#"{"filter":null}"#, "\"filter\" is null"), (#"{"filter":[]}"#, "\"filter\" is an array"),
            (#"{"filter":{}}"#, "\"filter\" must hold \"Person\""),
            (#"{"filter":{"Course":{}}}"#, "\"filter\" must hold \"Person\""),
            (
                #"{"filter":{"Person":{"Identifier":\#(identifier)},"Course":{"name":"x"}}}"#,
                "\"filter\" must hold \"Person\""
            ),
            (#"{"filter":{"Person":{},"Course":{"name":"x"}}}"#, "\"filter\" must hold \"Person\""),
            (#"{"filter":{"Person":{},"Course":{}}}"#, "\"filter.Person\" names no learner"),
            (#"{"filter":{"Person":{"__typename":"Person"}}}"#, "\"filter.Person\" names no learner"),
            (#"{"filter":{"Person":[]}}"#, "\"filter.Person\" is an array"),
            (#"{"filter":{"Person":{}}}"#, "\"filter.Person\" names no learner"),
            (#"{"filter":{"Person":{}}}"#, "\"filter.Person\" names no learner"),
            (#"{"filter":{"Person":{"Identifier":"100001"}}}"#, "\"filter.Person.Identifier\" is a string"),
            (#"{"filter":{"Person":{"Identifier":null}}}"#, "\"filter.Person.Identifier\" is null"),
            (#"{"filter":{"Person":{"Identifier":[1]}}}"#, "\"filter.Person.Identifier[0]\" is a number"),
            (#"{"filter":{"Person":{"Identifier":{}}}}"#, "\"filter.Person.Identifier[0].identifier\" is missing"),
            (
                #"{"filter":{"Person":{"Identifier":[\#(identifier),{"identifier":"1"}]}}}"#,
                "\"filter.Person.Identifier[1].identifierType\" is missing"
            ),
            (
                #"{"filter":{"Person":{"Identifier":{"identifier":100001,"identifierType":"X"}}}}"#,
                "\"filter.Person.Identifier[0].identifier\" is a number"
            ),
            (
                #"{"filter":{"Person":{"Identifier":\#(identifier)}},"selected_fields":"Person"}"#,
                "\"selected_fields\" is a string"
            ),
            (
                #"{"filter":{"Person":{"Identifier":\#(identifier)}},"selected_fields":["Person",null]}"#,
                "\"selected_fields[1]\" is null"
            ),
            (#"{"filter":{"Person":{"Identifier":\#(identifier)}},"fields":[]}"#, "an unknown member"),
        ])
    func shapeErrors(text: String, place: String) throws {
        let error = try #require(throws: LIFError.self) { try query(text) }
        #expect(error.code == .queryNotValid)
        #expect(error.isShapeError)
        #expect(error.blame == .caller)
        #expect(error.message.contains(place), "\(error.message)")
        #expect(!error.message.contains("100001"))
    }

    @Test("A query that is well-formed but names nobody is not valid")
    func nobody() throws {
        for text in [
            #"{"filter":{"Person":{"Identifier":[]}}}"#,
            #"{"filter":{"Person":{"Identifier":{"identifier":"","identifierType":"X"}}}}"#,
            #"{"filter":{"Person":{"Identifier":{"identifier":"1","identifierType":"\n"}}}}"#,
        ] {
            let error = try #require(throws: LIFError.self) { try query(text) }
            #expect(error.code == .queryNotValid)
            #expect(!error.isShapeError)
        }
    }

    @Test(
        "Forms that this version does not answer say so",
        arguments: [
            (#"{"query":"$.Person"}"#, "JSONPath"), (#"{"updatePerson":{"filter":{},"input":{}}}"#, "Write queries"),
            (#"{"filter":{"Person":{"Identifier":\#(identifier),"Name":{"firstName":"Renee"}}}}"#, "parametric"),
            (#"{"filter":{"Person":{"Name":{"firstName":"Renee"}}}}"#, "parametric"),
        ])
    func notSupported(text: String, word: String) throws {
        let error = try #require(throws: LIFError.self) { try query(text) }
        #expect(error.code == .notSupportedYet)
        #expect(error.message.contains(word))
        #expect(!error.message.contains("Renee"))
    }
}
