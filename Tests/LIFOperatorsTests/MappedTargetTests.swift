import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFOperators

/// What a mapping makes of an answer whose data has another shape than the data model.
@Suite("Mapped members") struct MappedTargetTests {
    private static let answer = """
        {"key":"S-17","mails":[{"addr":"a@x","kind":"work","uses":[{"for":"news"},{"for":"bills"}]},{"addr":"b@x"}],
        "phones":["1","2"],"home":{"city":"Oslo"},"none":[],"gone":null}
        """

    private func path(_ text: String) throws -> AnswerPath { try AnswerPath(reading: text) }

    private func content(
        _ fields: [FragmentMapping.Field], from: String = "", of text: String = answer
    ) throws -> (items: String?, unmatched: [String]) {
        let root = try RawJSON(validating: Array(text.utf8))
        var lookup = AnswerLookup(root: root)
        let mapping = FragmentMapping(
            path: FragmentPath(entity: "Contact"), from: try path(from), fields: fields.isEmpty ? nil : fields)
        let (content, unmatched) = try mapping.content(of: root, lookup: &lookup)
        return (content?.items.text, unmatched.map { "\($0.target) (\($0.paths.joined(separator: ", ")))" })
    }

    @Test("Two paths whose letters look alike but are written with other bytes are two paths")
    func composed() throws {
        let (composed, decomposed) = (try path("$.caf\u{E9}"), try path("$.cafe\u{301}"))
        #expect(composed.description == decomposed.description && composed != decomposed)
        #expect(try path("$.caf\u{E9}") == composed)
    }

    @Test("A member of an object inside is made with the object, which is a list where the data model has one")
    func objects() throws {
        func email(isList: Bool) throws -> FragmentMapping.Field {
            .init(
                "Email",
                .object(
                    [
                        .init("emailAddress", .paths([try path("mails.0.addr")])),
                        .init("type", .constant("work")),
                    ], isList: isList))
        }
        let (object, unmatched) = try content([email(isList: false)])
        #expect(object == #"[{"Email":{"emailAddress":"a@x","type":"work"}}]"#)
        #expect(unmatched == [])
        #expect(try content([email(isList: true)]).items == #"[{"Email":[{"emailAddress":"a@x","type":"work"}]}]"#)
    }

    @Test(
        "An object inside without data is left out with its constants, and one of constants alone is kept beside data")
    func emptyObjects() throws {
        let fields: [FragmentMapping.Field] = [
            .init(
                "Email",
                .object([.init("a", .paths([try path("none.0.addr")])), .init("b", .constant(1))], isList: false)),
            .init("Owner", .object([.init("id", .constant("u"))], isList: false)),
            .init("Home", .object([.init("city", .paths([try path("home.city")]))], isList: false)),
        ]
        let (items, unmatched) = try content(fields)
        #expect(items == #"[{"Owner":{"id":"u"},"Home":{"city":"Oslo"}}]"#)
        #expect(unmatched == [], "an empty list is nothing, and no mistyped name")
        #expect(try content(Array(fields.prefix(2))).items == nil, "constants are no data")
    }

    @Test("Lists inside are mapped item by item, at any depth")
    func lists() throws {
        let uses = FragmentMapping.Field(
            "Use",
            .items(
                from: try path("uses"),
                [.init("name", .paths([try path("for")])), .init("key", .paths([try path("$.key")]))], isList: true))
        let email = FragmentMapping.Field(
            "Email",
            .items(from: try path("mails"), [.init("address", .paths([try path("addr")])), uses], isList: true))
        let (items, unmatched) = try content([email])
        #expect(
            items
                == #"[{"Email":[{"address":"a@x","Use":[{"name":"news","key":"S-17"},{"name":"bills","key":"S-17"}]},"#
                + #"{"address":"b@x"}]}]"#)
        #expect(unmatched == [], "one of two items has it")
        let home = FragmentMapping.Field(
            "Address", .items(from: try path("home"), [.init("city", .paths([try path("city")]))], isList: true))
        #expect(try content([home]).items == #"[{"Address":[{"city":"Oslo"}]}]"#)
        let phone = FragmentMapping.Field(
            "Telephone", .items(from: try path("phones"), [.init("number", .paths([try path("@")]))], isList: true))
        #expect(try content([phone]).items == #"[{"Telephone":[{"number":"1"},{"number":"2"}]}]"#)
    }

    @Test(
        "JSONPaths start at the root or at the item, and give the list of what they select unless they can select one only",
        arguments: [
            ("$.mails[*].addr", #"["a@x","b@x"]"#), ("mails[*].addr", #"["a@x","b@x"]"#),
            ("@.mails[?@.kind=='work'].addr", #"["a@x"]"#), ("$.mails[-1].addr", #""b@x""#),
            ("$..for", #"["news","bills"]"#),
            ("@['home']['city']", #""Oslo""#), ("$.mails[0].addr", #""a@x""#), ("$.mails.0.addr", #""a@x""#),
            ("home.*", #"["Oslo"]"#), ("@", nil), ("$.mails[?@.kind=='none'].addr", nil),
        ])
    func jsonPaths(text: String, expected: String?) throws {
        let (items, unmatched) = try content([.init("x", .paths([try path(text)]))])
        if let expected { #expect(items == #"[{"x":\#(expected)}]"#) }
        #expect(unmatched == [])
    }

    @Test("Of several that a JSONPath selects the first alone can be taken")
    func first() throws {
        var path = try path("mails[*].addr")
        path.takesFirst = true
        #expect(try content([.init("x", .paths([path]))]).items == #"[{"x":"a@x"}]"#)
    }

    @Test("Data and items may be found by JSONPath")
    func fromJSONPath() throws {
        let (items, _) = try content([.init("x", .paths([try path("addr")]))], from: "mails[?@.addr=='b@x']")
        #expect(items == #"[{"x":"b@x"}]"#)
        let text = #"{"people":[{"id":1,"Name":{"a":1}},{"id":2,"Name":{"a":2}}]}"#
        for (data, known) in [("$.people[?@.id==2]", true), ("$.people[?@.id==3]", false)] {
            var answer = try MappedAnswer(
                try RawJSON(validating: Array(text.utf8)),
                mapping: AnswerMapping(
                    data: try path(data),
                    fragments: [FragmentMapping(path: FragmentPath(entity: "Name"), from: try path("[0].Name"))]))
            #expect(
                try answer.fragments(at: [FragmentPath(entity: "Name")])?.first?.content.items.text
                    == (known ? #"[{"a":2}]"# : nil))
            #expect((answer.data != nil) == known)
        }
        let error = #expect(throws: LIFError.self) {
            _ = try MappedAnswer(
                try RawJSON(validating: Array(text.utf8)), mapping: AnswerMapping(data: try path("$.persons[*]")))
        }
        #expect(error?.reason == .invalidAnswer)
    }

    @Test(
        "A text that is no path is refused with what was expected",
        arguments: ["mails[0", "mails[*].0", "$.mails[", "a..b", "work-mails[*].x", "$.a?b[*]", "a.", "@.x["])
    func faults(text: String) {
        #expect(throws: AnswerPath.Fault.self) { try AnswerPath(reading: text) }
    }

    @Test(
        "A dot path stays one, whatever its names hold",
        arguments: ["@id", "$schema", "a b.c-d", "$.a-b.0.c", "a?b", "price*", "person.id"])
    func dotPaths(text: String) throws {
        let path = try path(text)
        #expect(!path.isJSONPath)
        #expect(path.description == text)
    }

    @Test("A column may have brackets in its name")
    func columns() throws {
        #expect(try AnswerPath(reading: "rate[EUR]", isColumn: true) == .relative(["rate[EUR]"]))
        #expect(try AnswerPath(reading: "tags[*].label", isColumn: true).isJSONPath)
    }

    @Test("What finds nothing in an answer that has data is reported by its name; what is explicitly nothing is not")
    func unmatched() throws {
        let fields: [FragmentMapping.Field] = [
            .init("address", .paths([try path("addr")])),
            .init("name", .paths([try path("titel"), try path("labell")])),
            .init("other", .paths([try path("titel"), try path("kind")])),
            .init("gone", .paths([try path("$.gone")])),
            .init("deep", .object([.init("x", .paths([try path("$.hom.city")]))], isList: false)),
            .init("list", .items(from: try path("usess"), [.init("y", .paths([try path("z")]))], isList: false)),
            .init("all", .paths([try path("uses[*].fro")])),
        ]
        #expect(
            try content(fields, from: "mails").unmatched == [
                "Person.Contact.name (titel, labell)", "Person.Contact.deep.x ($.hom.city)",
                "Person.Contact.list (usess)", "Person.Contact.all (@.uses[*].fro)",
            ])
        #expect(try content([], from: "malis").unmatched == ["Person.Contact (malis)"])
        for nothing in ["none", "gone", "gone.x", "none.0.x"] {
            #expect(try content([], from: nothing).unmatched == [])
        }
        let none = try content([.init("name", .paths([try path("titel")]))], from: "mails")
        #expect(none.items == nil && none.unmatched == ["Person.Contact.name (titel)"])
    }

    @Test("A data_timestamp that the answer does not have is reported, too")
    func timestamp() throws {
        for (text, expected) in [("as_of", ["data_timestamp (as_of)"]), ("gone", []), ("key", [])] {
            let answer = try MappedAnswer(
                try RawJSON(validating: Array(Self.answer.utf8)),
                mapping: AnswerMapping(dataTimestamp: try path(text), fragments: []))
            #expect(answer.unmatched.map { "\($0.target) (\($0.paths.joined()))" } == expected)
        }
    }

    @Test("A JSONPath that takes too much work of an answer is an invalid answer, and ends")
    func budget() throws {
        let many = (0..<3_000).map { #"{"a":\#($0)}"# }.joined(separator: ",")
        let error = #expect(throws: LIFError.self) {
            _ = try content(
                [.init("x", .paths([try path("$.m[?count($.m[*])==count($..a)].a")]))], of: #"{"m":[\#(many)]}"#)
        }
        #expect(error?.reason == .invalidAnswer)
    }
}
