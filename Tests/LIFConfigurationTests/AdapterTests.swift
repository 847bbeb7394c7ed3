import LIFJSON
import LIFModel
import LIFOperators
import Testing

@testable import LIFConfiguration

@Suite("Sources of commands, files and databases")
struct AdapterTests {
    @Test("A command runs in the file's folder, with its connection in its environment")
    func command() async throws {
        let yaml = source(
            "command", "connection: {token: t}", "max_answer: 1KiB", "command:", "  run: [python3, hr.py]",
            "  environment: {TOKEN: \"Bearer {token}\"}")
        let expected = CommandConfiguration(
            arguments: ["python3", "hr.py"], workingDirectory: ".", environment: ["TOKEN": Secret("Bearer t")],
            maximumAnswerBytes: 1_024)
        #expect(try await load(yaml).adapter("s") == .ready(expected))
    }

    @Test("A command whose credentials are not set says which variables are missing")
    func commandNotSetUp() async throws {
        let yaml = source("command", "command: {run: x, environment: {TOKEN: \"{token}\"}}")
        guard case .notSetUp(let reason) = try await load(yaml).adapter("s") else {
            Issue.record("The source was set up without its credential.")
            return
        }
        #expect(reason.contains("ADAPTERS__COMMAND__S__CREDENTIALS__TOKEN"))
    }

    @Test("A folder of records needs a name; everything else has its default")
    func records() async throws {
        let yaml = source("file", "file: {folder: records, name: \"{identifier}.json\"}")
        let expected = FileConfiguration(
            folder: "records", name: try #require(FileNameTemplate(parsing: "{identifier}.json")))
        #expect(try await load(yaml).adapter("s") == .ready(expected))
    }

    @Test("A table has columns, and a mapping in the catalogue's spelling")
    func table() async throws {
        let yaml = source(
            "file", "file:", "  folder: /data", "  format: csv", "  name: hr.csv", "  identifier_column: id",
            "  identifier_type_column: type", "  delimiter: \"\\t\"", "  types: {hours: number, active: boolean}",
            "  max_file: 1MiB", "  data: $", "  data_timestamp: a.b", "  mapping:", "    person.name:",
            "      fields: {firstName: first, informationSourceId: {value: hr}}")
        let expected = FileConfiguration(
            folder: "/data", name: try #require(FileNameTemplate(parsing: "hr.csv")),
            csv: CSVFormat(
                identifierColumn: "id", identifierTypeColumn: "type", delimiter: "\t",
                types: ["hours": .number, "active": .boolean]),
            answer: AnswerMapping(
                dataTimestamp: .relative(["a", "b"]),
                fragments: [
                    FragmentMapping(
                        path: FragmentPath(entity: "Name"),
                        fields: [
                            .init("firstName", .paths([.relative(["first"])])),
                            .init("informationSourceId", .constant("hr")),
                        ])
                ]),
            maximumFileBytes: 1 << 20)
        #expect(try await load(yaml).adapter("s") == .ready(expected))
    }

    @Test("A database has a query for each path")
    func database() async throws {
        let yaml = source(
            "sql", "max_answer: 1KiB", "sql:", "  database: sis.sqlite", "  max_rows: 7",
            "  learner_query: SELECT 1 WHERE :identifier", "  queries:", "    Person.Name:",
            "      query: |", "        SELECT * FROM n", "        WHERE id = :identifier", "      json_columns: [tags]",
            "      fields: {a: tags.0}", "    person.contact: SELECT :identifier",
            paths: "[Person.Name, Person.Contact]")
        let expected = SQLConfiguration(
            database: "sis.sqlite",
            queries: [
                .init(
                    mapping: FragmentMapping(
                        path: FragmentPath(entity: "Name"), fields: [.init("a", .paths([.relative(["tags", "0"])]))]),
                    sql: "SELECT * FROM n\nWHERE id = :identifier\n", jsonColumns: ["tags"]),
                .init(mapping: FragmentMapping(path: FragmentPath(entity: "Contact")), sql: "SELECT :identifier"),
            ],
            learnerQuery: "SELECT 1 WHERE :identifier", maximumRows: 7, maximumAnswerBytes: 1_024)
        #expect(try await load(yaml).adapter("s") == .ready(expected))
    }

    @Test("Their paths start at the folder of the file that names them")
    func folders() async throws {
        let folder = try TemporaryFolder()
        try folder.write("lif.yaml", "information_sources_file: parts/s.yaml")
        try folder.write(
            "parts/s.yaml",
            """
            information_sources:
              - information_source_id: a
                adapter_id: file
                lif_fragment_paths: [Person.Name]
                file: {folder: ../data, name: "{identifier}"}
              - information_source_id: b
                adapter_id: sql
                lif_fragment_paths: [Person.Name]
                sql: {database: b.sqlite, queries: {Person.Name: "SELECT :identifier"}}
              - information_source_id: c
                adapter_id: command
                lif_fragment_paths: [Person.Name]
                command: {run: ./c}
            """)
        let configuration = try await SystemConfiguration.load(
            file: folder.path + "/lif.yaml", adapters: Adapters.all, environment: [:])
        guard let file = try configuration.adapter("a").as(FileConfiguration.self),
            let sql = try configuration.adapter("b").as(SQLConfiguration.self),
            let command = try configuration.adapter("c").as(CommandConfiguration.self)
        else {
            Issue.record("The sources are not set up.")
            return
        }
        #expect(file.folder == folder.path + "/parts/../data")
        #expect(sql.database == folder.path + "/parts/b.sqlite")
        #expect(command.workingDirectory == folder.path + "/parts")
        #expect(command.arguments == ["./c"])
    }

    @Test("With a Translator they need no mapping")
    func translated() async throws {
        let translation = "translation: {source_schema_id: a, target_schema_id: b}"
        _ = try await load(source("file", translation, "file: {folder: d, format: csv, name: \"{identifier}.csv\"}"))
        _ = try await load(
            source("sql", translation, "sql: {database: d, queries: {Person.Contact: \"SELECT :identifier\"}}"))
    }

    private static let file = "file: {folder: d, name: \"{identifier}.json\"}"
    private static let sql = "sql: {database: d, queries: {Person.Name: \"SELECT :identifier\"}}"

    /// The adapter, the lines of its source, and what the error must have.
    @Test(
        "What is wrong is reported with its place",
        arguments: [
            (
                "command", "ttl_hours: 1",
                "3:17: the adapter \"command\" needs a block \"information_sources[0].command\" with run"
            ),
            ("file", "ttl_hours: 1", "needs a block \"information_sources[0].file\" with folder and name"),
            ("sql", "ttl_hours: 1", "needs a block \"information_sources[0].sql\" with database and queries"),
            ("command", "rest: {}", "5:5: \"information_sources[0].rest\" is for the adapter \"rest\" only"),
            (
                "file", "connection: {}",
                "\"information_sources[0].connection\" is for the adapter \"lif-to-lif\", \"rest\" and \"command\" only"
            ),
            ("file", "max_answer: 1", "\"information_sources[0].max_answer\" is not for files"),
            (
                "command", "command: {run: x}\n    connection: {token: t}",
                "connection.token\" is used by no variable of"
            ),
            ("command", "command: {run: x, environment: {A: \"{Token}\"}}", "has the placeholder {Token}"),
            ("file", "file: {folder: d, name: a/b}", "\"information_sources[0].file.name\" is no name of a file"),
            (
                "file", "file: {folder: d, name: a.json}",
                "says nowhere whose data a file holds; it must have {identifier}"
            ),
            ("file", "file: {folder: d, name: \"{identifier}\", delimiter: \";\"}", "goes with \"format: csv\" only"),
            (
                "file", "file: {folder: d, name: \"{identifier}\", format: xml}",
                "file.format\" is \"xml\"; it must be \"json\" or \"csv\""
            ),
            ("file", "file: {folder: d, name: \"{identifier}\", format: csv}", "rows are no LIF record"),
            (
                "file", "file: {folder: d, name: a.csv, format: csv, mapping: {Person.Name: $}}",
                "{identifier}, or \"information_sources[0].file\" an \"identifier_column\""
            ),
            (
                "file",
                "file: {folder: d, name: \"{identifier}\", format: csv, delimiter: ab, mapping: {Person.Name: $}}",
                "file.delimiter\" must be one character"
            ),
            (
                "file",
                "file: {folder: d, name: \"{identifier}\", format: csv, types: {a: text}, mapping: {Person.Name: $}}",
                "file.types.a\" is \"text\"; it must be \"number\" or \"boolean\""
            ),
            (
                "file", "file: {folder: d, name: \"{identifier}\", mapping: {Person.Contact: a}}",
                "4:26: Person.Name has no entry in \"information_sources[0].file.mapping\", which maps Person.Contact"
            ),
            (
                "sql", "sql: {database: d, queries: {Person.Name: \"SELECT 1\"}}",
                "names no learner; it must be a SELECT"
            ),
            ("sql", "sql: {database: d, queries: {Person.Name: {quary: x}}}", "Did you mean \"query\"?"),
            ("sql", "sql: {database: d, queries: {}}", "sql.queries\" is empty"),
            ("sql", "sql: {database: d, queries: {Name: x}}", "\"Name\" is no fragment path"),
            (
                "sql", "sql: {database: d, queries: {Person.Contact: \"SELECT :identifier\"}}",
                "Person.Contact is mapped and is not among"
            ),
            (
                "sql", "sql: {database: d, queries: {Person.Name: {query: \"SELECT :identifier\", fields: {a: b..c}}}}",
                "must be a dot path"
            ),
        ])
    func wrong(adapter: String, line: String, expected: String) async {
        let lines = await problems(source(adapter, line))
        #expect(lines.contains { $0.contains(expected) }, "\(lines)")
    }

    @Test("What shapes the data is in its origin, and nothing else is")
    func origins() async throws {
        func origin(_ yaml: String, environment: [String: String] = [:]) async throws -> String {
            try await load(yaml, environment: environment).sources[0].source.origin
        }
        let command = "command: {run: [x, a]}"
        let pipeline = "pipelines: {p: {adapter: file, steps: [{remove: [Person.Name.a]}]}}\n"
        let translation = "translation: {source_schema_id: a, target_schema_id: b}"
        let translators = "translators: {default: {url: \"http://a\"}, other: {url: \"http://a\"}}\n"
        let different = [
            source("command", command), source("command", "command: {run: [x, b]}"),
            source("file", Self.file), source("file", Self.file.replacing("d,", with: "e,")),
            source("file", Self.file.replacing("}\"", with: "}\"").replacing(".json", with: ".js")),
            source("file", Self.file.replacing(".json\"", with: ".json\", data: a")),
            source("sql", Self.sql), source("sql", Self.sql.replacing("SELECT", with: "SELECT 1,")),
            source("sql", Self.sql.replacing("database: d", with: "database: e")),
            pipeline + source("p", Self.file), pipeline.replacing("Name.a", with: "Name.b") + source("p", Self.file),
            pipeline.replacing("remove", with: "keep") + source("p", Self.file),
            translators + source("file", Self.file, translation),
            translators + source("file", Self.file, translation, "translator: other"),
        ]
        var origins: [String] = []
        for yaml in different { origins.append(try await origin(yaml)) }
        #expect(Set(origins).count == origins.count, "\(origins)")
        #expect(origins[0].hasPrefix("command:") && origins[2].hasPrefix("file:"))

        let same = source(
            "command", "command: {run: [x, a], environment: {T: \"{token}\"}, max_error: 1}", "timeout: 1s",
            "pool_slots: 2")
        let prefix = "ADAPTERS__COMMAND__S__CREDENTIALS__TOKEN"
        #expect(try await origin(same) == origins[0])
        #expect(try await origin(same, environment: [prefix: "t"]) == origins[0])
        #expect(try await origin(oneSource) == "lif-to-lif")
    }
}
