import Foundation
import LIFModel
import LIFOperators
import LIFSecrets
import LIFServer
import Testing

@testable import LIFConfiguration

@Suite("Secrets by name")
struct SecretSourceTests {
    private static let prefix = "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__"

    private static func partner(_ connection: String) -> String {
        oneSource.replacing("{host: \"localhost:8020\"}", with: connection)
    }

    @Test("A reference stands for the secret, in each file and inside of other text")
    func references() async throws {
        let yaml = "planner: {token: \"${secret:a}\"}\ninformation_sources_file: s.yaml"
        let sources = Self.partner("{host: h, token: \"x-${secret:path/b#key}-${C}\"}")
        let secrets = KnownSecrets("memory", ["a": "one", "path/b#key": "two"])
        let configuration = try await load(
            yaml, environment: ["C": "three"], files: ["s.yaml": sources], secrets: [secrets])
        #expect(configuration.plannerListener.token == "one")
        #expect(try configuration.partner("org2").token?.reveal() == "x-two-three")
        #expect(secrets.asked == ["a", "path/b#key"])
    }

    @Test("A secret is text, whatever it looks like")
    func text() async throws {
        let yaml = restSource(
            "url: \"http://h/{identifier}\"", "headers: {X-Key: \"${secret:k}\"}",
            "mapping: {Person.EmploymentPreferences: a}", connection: "{}")
        let configuration = try await load(yaml, secrets: [KnownSecrets("memory", ["k": "{identifier}${HOME}"])])
        guard let rest = try configuration.adapter("hr").as(RESTConfiguration.self) else {
            Issue.record("The source is not set up.")
            return
        }
        #expect(rest.headers[0].value.filled(identifier: "1", identifierType: "") == "{identifier}${HOME}")
    }

    @Test("Without the block, secrets are variables of the environment")
    func environment() async throws {
        let yaml = "planner: {token: \"${secret:TOKEN}\"}\n" + oneSource
        #expect(try await load(yaml, environment: ["TOKEN": "t"]).plannerListener.token == "t")
        let lines = await problems(yaml)
        #expect(
            lines == ["lif.yaml:1:18: the secret \"TOKEN\" is in none of the sources asked: environment"])
    }

    @Test("The sources are asked in their order, and one in front wins")
    func order() async throws {
        let yaml = "planner: {token: \"${secret:a}\"}\norchestrator: {token: \"${secret:b}\"}\n" + oneSource
        let (first, second) = (KnownSecrets("1", ["a": "a1"]), KnownSecrets("2", ["a": "a2", "b": "b2"]))
        let configuration = try await load(yaml, secrets: [first, second])
        #expect(configuration.plannerListener.token == "a1")
        #expect(configuration.orchestratorListener.token == "b2")
        #expect(first.asked.filter { $0.count == 1 } == ["a", "b"])
        #expect(!second.asked.contains("a"))
    }

    @Test("Files of the folder named are read, and the folder is watched")
    func files() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "etc/lif.yaml",
            "secrets: [environment, {files: ../run}]\nplanner: {token: \"${secret:planner-token}\"}\n"
                + "information_sources_file: parts/sources.yaml")
        try folder.write("etc/parts/sources.yaml", Self.partner("{host: h}"))
        try folder.write("run/planner-token", "t1\n")
        try folder.write("run/\(Self.prefix)TOKEN", "t2")
        let configuration = try await SystemConfiguration.load(
            file: folder.path + "/etc/lif.yaml", adapters: Adapters.all, environment: [:])
        #expect(configuration.plannerListener.token == "t1")
        #expect(try configuration.partner("org2").token?.reveal() == "t2")
        let folders = ["/etc", "/etc/parts", "/etc/../run"].map { folder.path + $0 }
        #expect(configuration.watched.folders == Set(folders))
    }

    @Test("Credentials that are nowhere else are looked for under the names of their variables")
    func credentials() async throws {
        let yaml = oneSource.replacing("    connection: {host: \"localhost:8020\"}\n", with: "")
            .replacing("\n    connection: {host: \"localhost:8020\"}", with: "")
        let secrets = KnownSecrets(
            "memory", [Self.prefix + "HOST": "h", Self.prefix + "TOKEN": " t\n", Self.prefix + "SCHEME": "https"])
        let configuration = try await load(yaml, environment: [Self.prefix + "HOST": "env"], secrets: [secrets])
        let partner = LIFToLIFConfiguration(endpoint: "https://env/graphql", token: Secret("t"))
        #expect(try configuration.partner("org2") == partner)
        #expect(secrets.asked == ["AUTH", "PATH", "SCHEME", "TOKEN"].map { Self.prefix + $0 })
        #expect(configuration.notices.isEmpty)
    }

    @Test("Nothing is asked for that the file says or that is no secret of a connection it describes")
    func notAsked() async throws {
        let secrets = KnownSecrets()
        _ = try await load(Self.partner("{host: h, token: t}"), secrets: [secrets])
        #expect(secrets.asked.isEmpty)
        _ = try await load(Self.partner("{host: h}"), secrets: [secrets])
        #expect(secrets.asked == [Self.prefix + "TOKEN"])
    }

    @Test("A host that is nowhere is reported once the sources were asked, and not before")
    func missingHost() async throws {
        let secrets = KnownSecrets("memory", [Self.prefix + "HOST": "h"])
        let yaml = Self.partner("{token: t}")
        #expect(try await load(yaml, secrets: [secrets]).partner("org2").endpoint == "http://h/graphql")
        let lines = await problems(yaml, secrets: [KnownSecrets()])
        #expect(lines.count == 1)
        #expect(lines.first?.contains("has no \"host\", and \(Self.prefix)HOST is not set") == true)
    }

    @Test("A credential that no header can hold is refused by name")
    func noToken() async {
        let secrets = KnownSecrets("memory", [Self.prefix + "TOKEN": "s3cr3t x"])
        let lines = await problems(Self.partner("{host: h}"), secrets: [secrets])
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("secrets: \(Self.prefix)TOKEN has a space") == true)
        #expect(!lines.joined().contains("s3cr3t"))
    }

    @Test("All references that no source has are reported, with everything else that is wrong")
    func absent() async {
        let yaml =
            "planner: {token: \"${secret:a}\", port: x}\norchestrator: {token: \"${secret:b}\", allowed_hosts: [\"${secret:c}\"]}\n"
            + oneSource
        let secrets = [KnownSecrets("one"), KnownSecrets("two", ["b": "s3cr3t x", "c": "s3cr3t/y"])]
        let lines = await problems(yaml, secrets: secrets)
        #expect(
            lines.map { $0.prefix(14) } == ["lif.yaml:1:18:", "lif.yaml:1:39:", "lif.yaml:2:23:", "lif.yaml:2:54:"])
        #expect(lines[0].hasSuffix("the secret \"a\" is in none of the sources asked: one, two"))
        #expect(lines[2].contains("has a space"))
        #expect(!lines.joined().contains("s3cr3t"))
    }

    @Test("A source that cannot be asked stops everything, and what else is wrong is reported too")
    func fault() async throws {
        let fault = LIFError(.configurationNotValid, "The store is sealed.", isRetryable: true)
        let secrets = [KnownSecrets("memory", fault: fault)]
        let yaml = "secrets: [environment]\nplanner: {token: \"${secret:a}\"}\n" + oneSource
        let lines = await problems("log: {level: loud}\n" + yaml, secrets: secrets)
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("lif.yaml:1:14: \"log.level\""))
        #expect(lines[1] == "lif.yaml:2:10: The store is sealed.")
        let error = await #expect(throws: LIFError.self) { try await load(yaml, secrets: secrets) }
        #expect(error?.isRetryable == true)
        let both = await #expect(throws: LIFError.self) { try await load("x: 1\n" + yaml, secrets: secrets) }
        #expect(both?.isRetryable == false)
    }

    @Test("A load that is cancelled says so")
    func cancelled() async {
        let secrets = [KnownSecrets("memory", fault: CancellationError())]
        await #expect(throws: CancellationError.self) {
            try await load("planner: {token: \"${secret:a}\"}\n" + oneSource, secrets: secrets)
        }
    }

    /// What stands in front of a good source, and how the error must begin.
    @Test(
        "A wrong block is reported with its place",
        arguments: [
            ("secrets: vault", "lif.yaml:1:10: \"secrets\" is a single value; it must be a list of \"environment\""),
            ("secrets: []", "lif.yaml:1:10: \"secrets\" is an empty list"),
            ("secrets: [env]", "lif.yaml:1:11: \"secrets[0]\" is \"env\"; it must be \"environment\", or a block"),
            (
                "secrets: [{file: x}]",
                "lif.yaml:1:12: \"file\" is no setting of \"secrets[0]\". Did you mean \"files\"?"
            ),
            ("secrets: [{}]", "lif.yaml:1:11: \"secrets[0]\" has 0 keys; it must have one of files, vault, aws"),
            ("secrets: [{files: a, aws: {}}]", "lif.yaml:1:11: \"secrets[0]\" has 2 keys"),
            ("secrets: [{files: }]", "lif.yaml:1:19: \"secrets[0].files\" has no value"),
            ("secrets: [{files: \"${secret:a}\"}]", "lif.yaml:1:19: \"${secret:…}\" is not allowed in \"secrets\""),
            (
                "secrets: [{vault: {address: \"http://127.0.0.1:1\"}}]",
                "lif.yaml:1:19: \"secrets[0].vault\" has no \"token\""
            ),
            ("secrets: [{vault: {address: v, token: t}}]", "lif.yaml:1:29: \"secrets[0].vault.address\" is not a URL"),
            (
                "secrets: [{vault: {address: \"http://v\", token: t}}]",
                "lif.yaml:1:11: Secrets cannot be read from vault. Its address begins with http://"
            ),
            ("secrets: [{aws: {region: us-east-1}}]", "lif.yaml:1:17: \"secrets[0].aws\" has no \"access_key_id\""),
            (
                "secrets: [{aws: {region: US, access_key_id: a, secret_access_key: b}}]",
                "lif.yaml:1:11: Secrets cannot be read from AWS Secrets Manager"
            ),
            ("planner: {token: \"${secret:}\"}", "lif.yaml:1:18: \"${secret:…}\" holds no name of a secret"),
            ("planner: {token: \"${secret:a:-b}\"}", "lif.yaml:1:18: \"${secret:…}\" holds no name of a secret"),
        ])
    func wrong(yaml: String, expected: String) async {
        // Something is wanted, so that the sources would be asked.
        let lines = await problems(yaml + "\nstate_dir: \"${secret:a}\"\n" + oneSource)
        #expect(lines.first?.hasPrefix(expected) == true, "\(lines)")
    }

    @Test("Empty settings of a source that may be left out are as if they were not there")
    func nulls() async throws {
        let yaml = """
            secrets:
              - vault: {address: "https://vault:8200", token: t, namespace: null}
              - aws: {region: us-east-1, access_key_id: a, secret_access_key: b, session_token: null, endpoint: null}

            """
        _ = try await load(yaml + Self.partner("{host: h, token: t}"))
    }

    @Test("A secrets manager is asked over HTTP; one that is not there stops everything, for now")
    func manager() async throws {
        let yaml = """
            secrets:
              - vault: {address: "http://127.0.0.1:1", token: s3cr3t}
            planner: {token: "${secret:a}"}

            """
        let error = await #expect(throws: LIFError.self) { try await load(yaml + oneSource) }
        #expect(error?.message.hasPrefix("lif.yaml:2:3: Secrets cannot be read from vault at 127.0.0.1:1.") == true)
        #expect(error?.isRetryable == true)
        // Only when something is wanted of it.
        #expect(
            try await load(yaml.replacing("\"${secret:a}\"", with: "t") + Self.partner("{host: localhost, token: t}"))
                .notices
                .isEmpty)
    }

    @Test("What cannot be read without its secrets is not called wrong when they cannot be had")
    func unknownValues() async throws {
        let yaml = """
            connections: {c: {host: "${secret:a}", token: "${secret:a}"}}
            translators: {t: {url: "${secret:a}"}, u: {connection: c}}
            data_models: {d: "${secret:a}"}
            operators: {o: {type: command, command: x, environment: {A: "${secret:a}", B: "{token}"}, connection: c}}
            pipelines: {p: {adapter: o, steps: [{command: o}, {remove: ["${secret:a}"]}]}}
            planner: {port: "${secret:a}", token: "${secret:a}", host: 0.0.0.0, timeout: "${secret:a}"}
            orchestrator:
              pools: {slow: "${secret:a}"}
              callbacks: {allowed_hosts: ["${secret:a}"], secret: "${secret:a}", token: "${secret:a}"}
              workflow: {callbacks: {success: o, failure: "${secret:a}"}}
              results_url: "${secret:a}"
              results_token: t

            """
        let text =
            yaml
            + source(
                "p", "translation: {source: d, target: d}", "translator: t", "ttl_hours: \"${secret:a}\"")
        let fault = LIFError(.configurationNotValid, "The store is sealed.", isRetryable: true)
        let lines = await problems(text, secrets: [KnownSecrets("memory", fault: fault)])
        #expect(lines == ["lif.yaml:1:1: The store is sealed."])
    }
}
