import LIFConfiguration
import LIFJSON
import LIFModel
import LIFOperators
import Testing

@Suite("A REST source")
struct RESTSourceTests {
    private func rest(_ yaml: String, environment: [String: String] = [:]) async throws -> RESTConfiguration {
        guard let rest = try await load(yaml, environment: environment).adapter("hr").as(RESTConfiguration.self) else {
            throw LIFError(.configurationNotValid, "The source is not set up.")
        }
        return rest
    }

    @Test("One block configures it")
    func everything() async throws {
        let rest = try await rest(
            restSource(
                "method: POST", "url: \"{scheme}://{host}/find?key={api-key}\"",
                "headers:", "  X-Key: \"Key {token}\"", "  X-Type: \"{identifierType}\"",
                "body: '{\"who\": {\"id\": \"{identifier}\", \"key\": \"{api-key}\", \"n\": {}}}'",
                "data: result.0", "data_timestamp: updated.at", "not_found: [404, 410]",
                "check_url: https://hr.example.edu/health", "mapping:",
                "  person.employmentPreferences:", "    from: jobs", "    fields:", "      organizationTypes: types",
                "      organizationNames: [names, $.all.names]", "      informationSourceId: {value: hr}",
                "      count: {value: 3}", "      text: {value: \"3\"}", "      sure: {value: true}",
                connection: "{host: \"hr.example.edu:1\", scheme: https, token: s3cr3t, api-key: 'a/\"b'}"))
        #expect(rest.method == .post)
        #expect(rest.url.isConstant)
        #expect(rest.url.filled(identifier: "", identifierType: "") == "https://hr.example.edu:1/find?key=a%2F%22b")
        #expect(rest.headers.map(\.name) == ["X-Key", "X-Type"])
        #expect(rest.headers[0].value.filled(identifier: "", identifierType: "") == "Key s3cr3t")
        #expect(rest.headers[1].value.parts == [.identifierType])
        let body = try #require(rest.body).filled(identifier: "100001", identifierType: "")
        #expect(body == #"{"who": {"id": "100001", "key": "a/\"b", "n": {}}}"#)
        #expect(rest.answer.data.description == "result.0")
        #expect(rest.answer.dataTimestamp?.segments == ["updated", "at"])
        #expect(rest.notFoundStatuses == [404, 410])
        #expect(rest.checkURL?.isConstant == true)
        let mapping = FragmentMapping(
            path: FragmentPath(entity: "EmploymentPreferences"), from: .relative(["jobs"]),
            fields: [
                .init("organizationTypes", .paths([.relative(["types"])])),
                .init(
                    "organizationNames",
                    .paths([.relative(["names"]), try #require(AnswerPath(parsing: "$.all.names"))])),
                .init("informationSourceId", .constant("hr")), .init("count", .constant(3)),
                .init("text", .constant("3")), .init("sure", .constant(true)),
            ])
        #expect(rest.answer.fragments == [mapping])
    }

    @Test("What is left out has its default, and a path alone is what stands there")
    func short() async throws {
        let rest = try await rest(
            restSource(
                "url: \"http://{host}/users/{identifier}?key={token}\"", "mapping:",
                "  Person.EmploymentPreferences: preferences"))
        #expect(rest.method == .get && rest.headers.isEmpty && rest.body == nil && rest.checkURL == nil)
        #expect(rest.answer.data == .root && rest.answer.dataTimestamp == nil && rest.notFoundStatuses == [404])
        let expected = [
            FragmentMapping(path: FragmentPath(entity: "EmploymentPreferences"), from: .relative(["preferences"]))
        ]
        #expect(rest.answer.fragments == expected)
        #expect(rest.maximumAnswerBytes == 16 << 20)
    }

    @Test("What the environment gives is text, whatever it looks like")
    func environmentIsText() async throws {
        let yaml = restSource(
            "url: \"${BASE}/users/{identifier}\"", "headers: {X-Key: \"{token}${MORE}\"}",
            "mapping: {Person.EmploymentPreferences: a}", connection: "{token: t}")
        let rest = try await rest(yaml, environment: ["BASE": "https://h", "MORE": "{identifier}"])
        #expect(rest.url.filled(identifier: "1", identifierType: "") == "https://h/users/1")
        #expect(rest.headers[0].value.filled(identifier: "1", identifierType: "") == "t{identifier}")
    }

    @Test("Its credentials may come from the environment")
    func environmentCredentials() async throws {
        let yaml = restSource(
            "url: \"{scheme}://{host}/{identifier}?k={x-key}\"", "mapping: {Person.EmploymentPreferences: a}"
        )
        .replacing("    connection: {host: hr.example.edu, token: s3cr3t}\n", with: "")
        let prefix = "ADAPTERS__REST__HR__CREDENTIALS__"
        let rest = try await rest(
            yaml, environment: [prefix + "HOST": "h", prefix + "X_KEY": "k", prefix + "SCHEME": "https"])
        #expect(rest.url.filled(identifier: "1", identifierType: "") == "https://h/1?k=k")
        guard case .notSetUp(let reason) = try await load(yaml).adapter("hr") else {
            Issue.record("The source was set up without credentials.")
            return
        }
        #expect(reason.contains(prefix + "HOST") && reason.contains(prefix + "X_KEY"))
    }

    private static let url = "url: \"http://{host}/{identifier}/{token}\""
    private static let mapping = "mapping: {Person.EmploymentPreferences: a}"

    /// The lines of the block, and what the error must have.
    @Test(
        "A wrong block is reported with its line",
        arguments: [
            ([mapping], "lif.yaml:7:7: \"information_sources[0].rest\" has no \"url\"; it must be a text"),
            ([url], "lif.yaml:7:7: \"information_sources[0].rest\" has no \"mapping\""),
            (
                [url, "maping: {}", mapping],
                "lif.yaml:8:7: \"maping\" is no setting of \"information_sources[0].rest\". Did you mean \"mapping\"?"
            ),
            (
                ["url: http://{host}/{token}", mapping],
                "lif.yaml:7:12: \"information_sources[0].rest.url\" names no learner"
            ),
            (
                ["url: http://{identifier}.{host}/{token}", mapping],
                "lif.yaml:7:12: \"information_sources[0].rest.url\" has a place for the learner in its host"
            ),
            (["url: http://{host}{identifier}/{token}", mapping], "has a place for the learner in its host"),
            (["url: ftp://{host}/{identifier}/{token}", mapping], "it must begin with http:// or https://"),
            (["url: http://{host}/a b/{identifier}/{token}", mapping], "must be percent-encoded"),
            (
                ["url: http://{host}/{identifer}/{token}", mapping],
                "has the placeholder {identifer}; there are {identifier}"
            ),
            (["url: http://{host}/{identifier}/{token", mapping], "has a brace that belongs to no placeholder"),
            (
                ["url: http://{host}/{identifier}", mapping],
                "lif.yaml:5:40: \"information_sources[0].connection.token\" is used by no template of \"rest\"; they use {host}"
            ),
            ([url, "headers: {Host: x}", mapping], "\"Host\" is no header that can be set"),
            ([url, "headers: {\"a b\": x}", mapping], "\"a b\" is no header that can be set"),
            (
                [url, "headers: {X-Key: [a]}", mapping],
                "lif.yaml:8:24: \"information_sources[0].rest.headers.X-Key\" is a list"
            ),
            ([url, "body: '{}'", mapping], "goes with \"method: POST\" only"),
            (
                [url, "method: POST", "body: '{\"id\": {identifier}}'", mapping],
                "is no JSON document whose placeholders all stand inside strings"
            ),
            (
                [url, "method: PUT", mapping],
                "\"information_sources[0].rest.method\" is \"PUT\"; it must be \"GET\" or \"POST\""
            ),
            ([url, "data: a..b", mapping], "\"information_sources[0].rest.data\" is \"a..b\"; it must be a dot path"),
            (
                [url, "not_found: [gone]", mapping],
                "lif.yaml:8:19: \"information_sources[0].rest.not_found\" has \"gone\""
            ),
            (
                [url, "check_url: \"http://{host}/{identifier}\"", mapping],
                "has a place for the learner; it must be the same for each"
            ),
            (
                [url, "mapping: {Person.EmploymentPreferences: {}, Person.Name: a}"],
                "lif.yaml:8:51: Person.Name is mapped and is not among \"information_sources[0].lif_fragment_paths\""
            ),
            (
                [url, "mapping: {Person.Name: a}"],
                "lif.yaml:4:26: Person.EmploymentPreferences has no entry in \"information_sources[0].rest.mapping\", which maps Person.Name"
            ),
            (
                [url, "mapping: {EmploymentPreferences: a}"],
                "lif.yaml:8:17: \"EmploymentPreferences\" is no fragment path"
            ),
            ([url, "mapping: {Person.EmploymentPreferences: {form: a}}"], "\"form\" is no setting of"),
            ([url, "mapping: {Person.EmploymentPreferences: {fields: {a: {}}}}"], "has no \"value\""),
            ([url, "mapping: {Person.EmploymentPreferences: {fields: {a: [b, [c]]}}}"], "must be a list of dot paths"),
        ])
    func wrong(lines: [String], expected: String) async {
        let yaml = restSource("method: GET").replacing("method: GET", with: lines.joined(separator: "\n      "))
        let found = await problems(yaml)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test("The adapter rest needs its block, and the ready one maps only its own path")
    func presets() async {
        let bare = restSource("x").split(separator: "\n").prefix(5).joined(separator: "\n")
        #expect(await problems(bare).first?.contains("the adapter \"rest\" needs a block") == true)
        let example = bare.replacing("adapter_id: rest", with: "adapter_id: example-data-source-rest-api-to-lif")
            .replacing("EmploymentPreferences", with: "Name")
        let lines = await problems(example)
        #expect(lines.count == 1)
        #expect(lines.first?.contains("Person.Name has no entry") == true, "\(lines)")
    }
}
