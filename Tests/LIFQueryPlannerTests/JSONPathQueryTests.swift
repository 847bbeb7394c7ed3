import LIFJSON
import LIFModel
import LIFQueryPlanner
import Testing

@Suite("LIF queries in the JSONPath form")
struct JSONPathQueryTests {
    private let catalogue = SourceCatalogue([
        InformationSource(
            id: "org2", adapterID: "lif-to-lif", timeToLive: .seconds(3_600),
            fragmentPaths: ["Person.Name", "Person.CredentialAward", "Person.Contact"].compactMap(
                FragmentPath.init(parsing:)))
    ])
    private static let filter = "[?@.Identifier[?@.identifier=='1' && @.identifierType=='T']]"

    private func filterForm(_ learners: [(String, String)], _ fields: [String]) throws -> LIFQuery {
        let query = LIFQuery(
            learners: learners.map { LearnerIdentifier(identifier: $0.0, identifierType: $0.1) },
            selectedFields: fields)
        return try LIFQuery(json: query.json.value())
    }

    private func canonical(_ query: LIFQuery) throws -> CanonicalQuery {
        try CanonicalQuery(query, catalogue: catalogue)
    }

    private func refusal(_ text: String) -> LIFError? {
        do {
            _ = try LIFQuery(jsonPath: text)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "Every way to write the same learner and field is the same canonical query as the filter form",
        arguments: [
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T']].CredentialAward",
            "$.Person[?@.Identifier[?@.identifierType=='T' && @.identifier=='1']].CredentialAward",
            "$.Person[?@.Identifier[?'1'==@.identifier && \"T\" == @.identifierType]].CredentialAward",
            "$.Person[?(@.Identifier[?((@.identifier=='1') && (@.identifierType=='T'))])].CredentialAward",
            "$['Person'][?@['Identifier'][?@['identifier']=='1' && @['identifierType']=='T']]['CredentialAward']",
            "$.person[?@.identifier[?@.Identifier=='1' && @.IdentifierType=='T']].credentialAward",
            "$.Person[?@.Identifier.identifier=='1' && @.Identifier.identifierType=='T'].CredentialAward",
            "$.Person[?'T'==@.Identifier.identifierType && '1'==@.Identifier.identifier].CredentialAward",
            "$ .Person [ ? @.Identifier [ ? @.identifier == '1' && @.identifierType == 't' ] ] .CredentialAward",
            "$.Person[?@.Identifier[?@.identifier=='\\u0031' && @.identifierType=='T']].CredentialAward",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T']].CredentialAward[*]",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T']].CredentialAward.*",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T' && @.identifier=='1']].CredentialAward",
        ])
    func spellings(text: String) throws {
        let query = try LIFQuery(jsonPath: text)
        let expected = try canonical(filterForm([("1", "T")], ["Person.CredentialAward"]))
        #expect(try canonical(query) == expected)
    }

    @Test(
        "Several learners are named by alternatives, in the order written",
        arguments: [
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T' || @.identifier=='2' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifierType=='T' && (@.identifier=='1' || @.identifier=='2')]]",
            "$.Person[?@.Identifier[?(@.identifier=='1' || @.identifier=='2') && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T'] || @.Identifier[?@.identifier=='2' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T', ?@.identifier=='2' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T'], ?@.Identifier[?@.identifier=='2' && @.identifierType=='T']]",
            "$.Person[?(@.Identifier.identifier=='1' || @.Identifier.identifier=='2') && @.Identifier.identifierType=='T']",
            // Nobody's identifier is two values at once: of the four combinations two remain.
            "$.Person[?@.Identifier[?(@.identifier=='1' || @.identifier=='2') && (@.identifier=='1' || @.identifier=='2') && @.identifierType=='T']]",
        ])
    func severalLearners(text: String) throws {
        let query = try LIFQuery(jsonPath: text)
        #expect(query.selectedFields.isEmpty)
        #expect(try canonical(query) == canonical(filterForm([("1", "T"), ("2", "T")], [])))
    }

    @Test("Alternatives on both attributes name all their combinations")
    func combinations() throws {
        let query = try LIFQuery(
            jsonPath: """
                $.Person[?@.Identifier[?(@.identifier=='1' || @.identifier=='2') && \
                (@.identifierType=='A' || @.identifierType=='B')]]
                """)
        #expect(
            query.learners
                == [("1", "A"), ("1", "B"), ("2", "A"), ("2", "B")].map {
                    LearnerIdentifier(identifier: $0.0, identifierType: $0.1)
                })
    }

    @Test(
        "What follows the filter selects the fields",
        arguments: [
            ("", []), (".*", []), ("[*]", []), ("[*].*", []),
            (".Name", ["Person.Name"]), ("['Name','Contact']", ["Person.Name", "Person.Contact"]),
            (".Name.firstName", ["Person.Name.firstName"]), (".Name[*].firstName", ["Person.Name.firstName"]),
            (
                "['Name','Contact'][*]['a','b']",
                ["Person.Name.a", "Person.Name.b", "Person.Contact.a", "Person.Contact.b"]
            ),
        ])
    func fields(suffix: String, expected: [String]) throws {
        let query = try LIFQuery(jsonPath: "$.Person\(Self.filter)\(suffix)")
        #expect(query.selectedFields == expected)
        #expect(try canonical(query) == canonical(filterForm([("1", "T")], expected)))
    }

    @Test("A field that nobody knows is reported with the nearest names, as in the filter form")
    func unknownField() throws {
        let query = try LIFQuery(jsonPath: "$.Person\(Self.filter).Nane")
        let error = #expect(throws: LIFError.self) { try canonical(query) }
        #expect(error?.code == .learnerDataNotFound)
        #expect(error?.message.contains("Person.Name") == true)
    }

    @Test(
        "A malformed query is not valid and the error says where and what was expected",
        arguments: [
            ("", 1, "'$'"), ("Person.Name", 1, "'$'"), ("$.Person[?@.Identifier[?@.identifier=='1']", 43, "']'"),
            ("$.Person.", 10, "a member name"), ("$.Person[?@.a=='x]", 19, "a closing quote"),
            ("$.Person[?@.Identifier[?@.identifier='1']]", 37, "']'"),
            ("$.Person[?foo(@.a)]", 11, "one of the functions"),
        ])
    func malformed(text: String, column: Int, expected: String) throws {
        let error = try #require(refusal(text))
        #expect(error.code == .queryNotValid)
        #expect(error.message.contains("at column \(column)."), "\(error.message)")
        #expect(error.message.contains(expected), "\(error.message)")
    }

    @Test(
        "A query that names no learner, or makes no sense, is not valid",
        arguments: [
            "$", "$.Person", "$.Person.Name", "$.Person[0]", "$.Person[*]", "$.Person['Name']", "$..Person",
            "$.Course[?@.Identifier[?@.identifier=='1' && @.identifierType=='T']]", "$['Person','Course'][?@.a=='1']",
            "$.Person[?@.Identifier[?@.identifier=='1']]", "$.Person[?@.Identifier[?@.identifierType=='T']]",
            "$.Person[?@.Identifier.identifier=='1']",
            "$.Person[?@.Identifier[?@.identifier==1 && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier==null && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?'1'=='1']]", "$.Person[0,?@.Identifier[?@.identifier=='1']]",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifier=='2' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier=='' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier=='\\u0007' && @.identifierType=='T']]",
        ])
    func notValid(text: String) throws {
        #expect(refusal(text)?.code == .queryNotValid)
    }

    @Test(
        "Parametric queries and forms without an answer yet are refused with the position",
        arguments: [
            "$.Person[?@.Name.lastName=='x']", "$.Person[?@.Name]", "$.Person[?@.Identifier]",
            "$.Person[?@.Identifier[?@.informationSourceId=='x']]",
            "$.Person[?@.Identifier[?@.identifier!='1' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier<'1' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier==@.identifierType]]",
            "$.Person[?@.Identifier[?match(@.identifier, '1.*') && @.identifierType=='T']]",
            "$.Person[?!@.Identifier[?@.identifier=='1' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier==$.a && @.identifierType=='T']]",
            "$.Person[?$.Identifier[?@.identifier=='1' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[0].identifier=='1' && @.Identifier[0].identifierType=='T']",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T'] && @.Identifier[?@.identifier=='2' && @.identifierType=='T']]",
            "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T'] && @.Name]",
            "$.Person\(filter)..firstName", "$.Person\(filter).Name[0]", "$.Person\(filter).Name[1:]",
            "$.Person\(filter).Name[?@.a]", "$.Person\(filter).*.firstName", "$.Person\(filter)['Name',*]",
        ])
    func notSupported(text: String) throws {
        let error = try #require(refusal(text))
        #expect(error.code == .notSupportedYet, "\(error.message)")
        #expect(error.message.contains("column"))
    }

    @Test("No error repeats what the query says", arguments: ["'SECRET'", "'SECRET", "'SECRET' &&", "'SECRET'x"])
    func privacy(literal: String) throws {
        for text in [
            "$.Person[?@.Identifier[?@.identifier==\(literal)]]", "$.Person[?@.Name==\(literal)]",
            "$.Person[?@.Identifier[?@.identifier<\(literal) && @.identifierType=='SECRET']]",
            "$.Person[?@.Identifier.identifier==\(literal)].Name",
        ] {
            let error = try #require(refusal(text))
            #expect(!error.message.contains("SECRET"), "\(error.message)")
        }
    }

    @Test("Ten thousand learners are read, one more is refused, and an intricate filter ends early")
    func manyLearners() throws {
        func text(_ count: Int) -> String {
            let pairs = (0..<count).map { "@.identifier=='\($0)' && @.identifierType=='T'" }
            return "$.Person[?@.Identifier[?\(pairs.joined(separator: " || "))]].Name"
        }
        let learners = try LIFQuery(jsonPath: text(10_000)).learners
        #expect(learners.count == 10_000)
        #expect(learners.last?.identifier == "9999")
        let error = try #require(refusal(text(10_001)))
        #expect(error.code == .queryNotValid)
        #expect(error.message.contains("more than 10000 learners"))

        let choice = "(" + (0..<100).map { "@.identifier=='\($0)'" }.joined(separator: "||") + ")"
        let type = "(" + (0..<101).map { "@.identifierType=='\($0)'" }.joined(separator: "||") + ")"
        #expect(refusal("$.Person[?@.Identifier[?\(choice)&&\(type)]]")?.code == .queryNotValid)
        let repeated = Array(repeating: choice, count: 500).joined(separator: "&&")
        let intricate = try #require(refusal("$.Person[?@.Identifier[?\(repeated)]]"))
        #expect(intricate.message.contains("too complex"))
    }

    @Test("Too many fields are refused before they are written out")
    func manyFields() throws {
        let names = "['a','b','c','d','e','f','g','h']"
        let error = try #require(refusal("$.Person\(Self.filter)" + String(repeating: names, count: 20)))
        #expect(error.code == .queryNotValid)
        #expect(refusal("$.Person\(Self.filter)['a.b']")?.code == .learnerDataNotFound)
        #expect(refusal("$.Person\(Self.filter)['']")?.code == .learnerDataNotFound)
    }

    @Test("The body of a request is the filter form, or a query that stands alone")
    func document() throws {
        let text = "$.Person\(Self.filter).Name"
        for body: JSONValue in [
            ["query": .string(text)], ["query": .string(text), "filter": nil, "selected_fields": nil],
            ["trace_id": nil, "query": .string(text)],
        ] {
            #expect(try LIFQuery(document: body) == LIFQuery(jsonPath: text))
        }
        let filter = try filterForm([("1", "T")], ["Person.Name"])
        #expect(try LIFQuery(document: filter.json.value()) == filter)
        var unset = try #require(filter.json.value().object)
        unset["query"] = .null
        #expect(try LIFQuery(document: .object(unset)) == filter)

        for body: JSONValue in [
            ["query": .string(text), "selected_fields": []], ["query": .string(text), "trace_id": "x"],
            ["query": .string(text), "filter": [:]], ["query": 1], ["query": nil], ["query": "$.Person"], [], [:],
        ] {
            let error = #expect(throws: LIFError.self) { try LIFQuery(document: body) }
            #expect(error?.code == .queryNotValid)
        }
        // The model alone knows the filter form only.
        let error = #expect(throws: LIFError.self) { try LIFQuery(json: ["query": .string(text)]) }
        #expect(error?.code == .notSupportedYet)
    }

    @Test(
        "A query is written as JSONPath and read again",
        arguments: [
            [], ["Person.Name"], ["Person.Name", "Person.Contact"], ["Person.Name.firstName"],
            ["Person.Contact.Email.a", "Person.Contact.Email.b"], ["Person.It's \"odd\"\\"],
        ])
    func roundTrip(fields: [String]) throws {
        let learners = [
            LearnerIdentifier(identifier: "O'Brien \\ \"x\" \u{1F600}e\u{301}", identifierType: "School's number"),
            LearnerIdentifier(identifier: "2", identifierType: "T"),
        ]
        let query = LIFQuery(learners: learners, selectedFields: fields)
        #expect(try LIFQuery(jsonPath: try #require(query.jsonPath)) == query)
    }

    @Test("What one JSONPath cannot say is not written as one")
    func notWritten() {
        let learner = LearnerIdentifier(identifier: "1", identifierType: "T")
        for fields in [["Person.Name", "Person.Contact.Email"], ["Course.Name"], ["Person.a.x", "Person.b.x"]] {
            #expect(LIFQuery(learners: [learner], selectedFields: fields).jsonPath == nil)
        }
        #expect(LIFQuery(learners: [], selectedFields: []).jsonPath == nil)
    }
}
