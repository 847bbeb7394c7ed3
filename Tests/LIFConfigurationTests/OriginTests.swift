import LIFConfiguration
import LIFModel
import Testing

/// Stores hold fragments under the origin that their source had.
@Suite("Origins of sources")
struct OriginTests {
    private static func origin(_ yaml: String) async throws -> String {
        try await load(yaml).sources[0].source.origin
    }

    @Test(
        "The origin of a source is the same in each version",
        arguments: [
            (oneSource, "lif-to-lif"),
            (source("command", "command: {run: [x, a]}"), "command:408446ca4ed18c73"),
            ("operators: {mine: {type: command, command: [x, a]}}\n" + source("mine"), "mine:408446ca4ed18c73"),
            (source("file", "file: {folder: d, name: \"{identifier}.json\"}"), "file:da1bdcfc73bb3b99"),
            (
                source(
                    "file", "file:", "  folder: d", "  name: hr.csv", "  format: csv", "  identifier_column: id",
                    "  delimiter: \";\"", "  types: {b: number, a: boolean}",
                    "  mapping: {Person.Name: {from: n, fields: {a: x, b: [y, z], c: {value: 1}, d: {first: \"@.e[*]\"}}}}"
                ),
                "file:53ba82dafdb1c5a9"
            ),
            (
                source(
                    "sql", "sql:", "  database: d", "  learner_query: \"SELECT :identifier\"",
                    "  queries: {Person.Name: {query: \"SELECT :identifier, a\", json_columns: [b, a], fields: {a: a}}}"
                ),
                "sql:91629343b2af73a6"
            ),
            (
                restSource(
                    "url: \"{scheme}://{host}/a/{identifier}\"", "headers: {x-key: \"{token}\"}", "data: a.b",
                    "mapping: {Person.EmploymentPreferences: {fields: {a.b: c, d: {from: e, fields: {f: g}}}}}"),
                "rest:55b477c4a95acd4"
            ),
            (
                source(
                    "example-data-source-rest-api-to-lif", "connection: {host: h, token: t}",
                    paths: "[Person.EmploymentPreferences]"), "example-data-source-rest-api-to-lif:641260f0bbd55c93"
            ),
            (
                "translators: {default: {url: \"http://a\"}}\npipelines: {p: {adapter: sql, steps: [{mask: {fields: [Person.Name.a]}}]}}\n"
                    + source(
                        "p", "sql: {database: d, queries: {Person.Name: \"SELECT :identifier\"}}",
                        "translation: {source_schema_id: a, target_schema_id: b}"),
                "p:sql:2df9d9284b2761b9:a>b@default:f6dc3144a1b6b1a4"
            ),
        ])
    func origins(yaml: String, expected: String) async throws {
        #expect(try await Self.origin(yaml) == expected)
    }
}
