import LIFConfiguration
import LIFJSON
import LIFModel
import LIFOperators
import Testing

@Suite("The mapping of a source")
struct MappingTests {
    private static let model = """
        {"components": {"schemas": {"Person": {"properties": {
        "EmploymentPreferences": {"type": "array", "properties": {
            "organizationTypes": {"type": "array", "items": {"type": "string"}}, "identifier": {"type": "string"},
            "Email": {"type": "array", "properties": {"emailAddress": {"type": "string"}}},
            "Home": {"type": "object", "properties": {"city": {"type": "string"}}}}}}}}}}
        """

    private func loaded(_ fields: String..., isModelled: Bool = true) async throws -> SystemConfiguration {
        let rest = restSource(
            "url: \"http://{host}/{identifier}/{token}\"", "mapping:", "  Person.EmploymentPreferences:",
            "    fields:", fields.map { "      " + $0 }.joined(separator: "\n      "))
        return try await load(
            isModelled ? "data_model: {file: model.json}\n" + rest : rest, files: ["model.json": Self.model])
    }

    private func fields(_ configuration: SystemConfiguration) throws -> [FragmentMapping.Field] {
        guard let rest = try configuration.adapter("hr").as(RESTConfiguration.self) else { return [] }
        return rest.mapping.first?.fields ?? []
    }

    private func path(_ text: String) throws -> AnswerPath { try AnswerPath(reading: text) }

    @Test("Members of members, lists inside and JSONPaths are read, with the lists of the data model")
    func everything() async throws {
        let configuration = try await loaded(
            "Email.emailAddress: mails.0.addr", "organizationTypes: \"$.orgs[*].type\"",
            "identifier: {first: \"$.ids[?@.kind=='s'].id\"}",
            "Home:", "  from: homes", "  fields:", "    city: city", "    A.b.c: {value: 1}", "    A.b.d: d",
            "    Email: {from: e, fields: {emailAddress: \"@\"}}", "    Other: {fields: {x: y}}")
        var first = try path("$.ids[?@.kind=='s'].id")
        first.takesFirst = true
        let expected: [FragmentMapping.Field] = [
            .init("Email", .object([.init("emailAddress", .paths([try path("mails.0.addr")]))], isList: true)),
            .init("organizationTypes", .paths([try path("$.orgs[*].type")])),
            .init("identifier", .paths([first])),
            .init(
                "Home",
                .items(
                    from: try path("homes"),
                    [
                        .init("city", .paths([try path("city")])),
                        .init(
                            "A",
                            .object(
                                [
                                    .init(
                                        "b",
                                        .object(
                                            [.init("c", .constant(1)), .init("d", .paths([try path("d")]))],
                                            isList: false))
                                ], isList: false)),
                        .init(
                            "Email",
                            .items(
                                from: try path("e"), [.init("emailAddress", .paths([try path("@")]))], isList: false)),
                        .init("Other", .object([.init("x", .paths([try path("y")]))], isList: false)),
                    ], isList: false)),
        ]
        #expect(try fields(configuration) == expected)
    }

    @Test("Members may have the names that JSON-LD gives them")
    func linkedData() async throws {
        let configuration = try await loaded(#""@id": id"#, #"Email.@type: kind"#, isModelled: false)
        let expected: [FragmentMapping.Field] = [
            .init("@id", .paths([try path("id")])),
            .init("Email", .object([.init("@type", .paths([try path("kind")]))], isList: false)),
        ]
        #expect(try fields(configuration) == expected)
    }

    @Test("Without a data model that says more, an object is an object")
    func withoutModel() async throws {
        let configuration = try await loaded("Email.emailAddress: mails.0.addr", isModelled: false)
        let expected: [FragmentMapping.Field] = [
            .init("Email", .object([.init("emailAddress", .paths([try path("mails.0.addr")]))], isList: false))
        ]
        #expect(try fields(configuration) == expected)
        #expect(configuration.notices.isEmpty)
    }

    @Test(
        "A name that the data model does not know is a notice with its line and what was probably meant",
        arguments: [
            (
                "identifer: id",
                "lif.yaml:12:13: The data model does not know \"Person.EmploymentPreferences.identifer\"",
                "Did you mean \"identifier\"?"
            ),
            ("Email.emailAdress: id", "\"Person.EmploymentPreferences.Email.emailAdress\"", "\"emailAddress\""),
            ("Emial.emailAddress: id", "\"Person.EmploymentPreferences.Emial\"", "\"Email\""),
            ("Home: {from: h, fields: {town: t}}", "\"Person.EmploymentPreferences.Home.town\"", "It knows city."),
        ])
    func unknown(line: String, what: String, hint: String) async throws {
        let notices = try await loaded(line).notices
        #expect(notices.count == 1)
        #expect(notices.first?.contains(what) == true && notices.first?.contains(hint) == true, "\(notices)")
    }

    @Test(
        "What cannot work is refused with its line",
        arguments: [
            (["Email[0].emailAddress: a"], "lif.yaml:11:13: \"information_sources[0].rest.mapping.Person.Employment"),
            (["Email.0.emailAddress: a"], "is no name of a member; it must be one such as name"),
            (["Email.: a"], "is no name of a member"), (["$.Email: a"], "is no name of a member"),
            (["a: b", "Email: c", "Email.x: d"], "lif.yaml:13:13: "),
            (["Email.x: d", "Email: {fields: {x: e}}"], "maps \"x\", which another line maps, too"),
            (["a: mails[0"], "is \"mails[0\"; it must be a dot path"),
            (["a: mails[0"], "as the JSONPath @.mails[0, expected"),
            (["a: [b, \"$.c[\"]"], "as the JSONPath $.c["),
            (["a: {from: b, value: c}"], "keys that do not go together"),
            (["a: {first: b, fields: {c: d}}"], "keys that do not go together"),
            (["a: {from: b, feilds: {c: d}}"], "Did you mean \"fields\"?"), (["a: {from: b, fields: {}}"], "is empty"),
            (["a: {from: b, fields: {c: {form: d}}}"], "\"form\" is no setting of"), (["a: {}"], "has no \"value\""),
        ])
    func refused(lines: [String], expected: String) async throws {
        let rest = restSource(
            "url: \"http://{host}/{identifier}/{token}\"", "mapping:", "  Person.EmploymentPreferences:",
            "    fields:", lines.map { "      " + $0 }.joined(separator: "\n      "))
        let found = await problems(rest)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test("Rows of files and databases are mapped in the same way")
    func tables() async throws {
        let csv = source(
            "file", "file:", "  folder: d", "  format: csv", "  name: \"{identifier}.csv\"", "  mapping:",
            "    Person.Name:", "      fields:", "        A.rate: rate[EUR]")
        guard let file = try await load(csv).adapter("s").as(FileConfiguration.self) else { return }
        let rate = FragmentMapping.Field(
            "A", .object([.init("rate", .paths([.relative(["rate[EUR]"])]))], isList: false))
        #expect(file.answer.fragments?.first?.fields == [rate])
        let yaml = source(
            "sql", "sql:", "  database: d", "  queries:", "    Person.Name:", "      query: \"SELECT :identifier\"",
            "      json_columns: [tags]", "      fields:", "        A: {from: tags, fields: {b: c}}",
            "        d: tags[*].c")
        guard let sql = try await load(yaml).adapter("s").as(SQLConfiguration.self) else { return }
        let expected: [FragmentMapping.Field] = [
            .init("A", .items(from: try path("tags"), [.init("b", .paths([try path("c")]))], isList: false)),
            .init("d", .paths([try path("tags[*].c")])),
        ]
        #expect(sql.queries.first?.mapping.fields == expected)
        let wrong = csv.replacing("A.rate: rate[EUR]", with: "A[0].rate: x")
        #expect(await problems(wrong).contains { $0.contains("lif.yaml:12:") && $0.contains("no name of a member") })
    }

    @Test("What was kept of a mapping that is now read in another way is stale, and of any other is not")
    func origins() async throws {
        func origin(_ line: String) async throws -> String { try await loaded(line).sources[0].source.origin }
        let plain = try await origin("identifier: a.0.b")
        #expect(try await origin("identifier: $.a.0.b") != plain)
        var origins: Set<String> = [plain]
        for line in [
            "identifier: \"a[*].b\"", "identifier: {first: \"a[*].b\"}", "Email.emailAddress: a.0.b",
            "Home.city: a.0.b",
            "Home: {from: a, fields: {city: b}}", "Home: {from: a, fields: {city: c}}", "Home: {fields: {city: b}}",
        ] { #expect(origins.insert(try await origin(line)).inserted, "\(line)") }
    }
}
