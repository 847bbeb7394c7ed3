import LIFConfiguration
import LIFModel
import LIFNeighbours
import LIFOperators
import LIFServer
import Testing

@Suite("Credentials")
struct SecretTests {
    let yaml =
        "planner: {token: \"${SECRET}1\", results_token: \"${SECRET}15\"}\norganization: o\n"
        + "identity_mapper: {type: remote, url: \"http://127.0.0.1\", token: \"${SECRET}16\"}\n"
        + "mdr: {url: \"http://127.0.0.1\", api_key: s3cr3t-17}\n"
        + "lif_cache: {url: \"http://127.0.0.1\", token: \"${secret:c}\"}\n"
        + "orchestrator_url: http://o:1\norchestrator_token: s3cr3t-3\n"
        + restSource(
            "method: POST", "url: \"http://{host}/{identifier}/{token}/${SECRET}5\"",
            "headers: {X-Key: \"{token}${SECRET}6\"}", "body: '{\"key\": \"{token}\", \"id\": \"{identifier}\"}'",
            "mapping: {Person.EmploymentPreferences: a}", connection: "{host: h, token: s3cr3t-4}")
            + """

              - information_source_id: org2
                adapter_id: lif-to-lif
                lif_fragment_paths: [Person.Name]
              - information_source_id: cmd
                adapter_id: command
                lif_fragment_paths: [Person.Name]
                connection: other
                command: {run: x, environment: {A: "{token}", B: "${secret:b}"}}
            connections: {other: {host: h, token: s3cr3t-8}}
            translators: {default: {url: "http://127.0.0.1", token: s3cr3t-9}}
            operators: {op: {type: command, command: x, environment: {C: s3cr3t-10}}}
            pipelines: {p: {adapter: op, steps: [{command: op}]}}
            orchestrator:
              token: s3cr3t-2
              callbacks: {allowed_hosts: [h], secret: "whsec_s3cr3ts3cr3ts3cr3ts3cr3ts3cr3tAA", token: s3cr3t-12}
              results_url: http://127.0.0.1/r
              results_token: s3cr3t-13
            """

    let environment = [
        "SECRET": "s3cr3t-", "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN": "s3cr3t-7",
        "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": "h",
    ]

    @Test("They are not in what a configuration shows of itself")
    func description() async throws {
        let configuration = try await load(
            yaml, environment: environment, secrets: [KnownSecrets("memory", ["b": "s3cr3t-14", "c": "s3cr3t-18"])])
        #expect(configuration.plannerResultsToken?.reveal() == "s3cr3t-15")
        #expect(configuration.mdr?.apiKey?.reveal() == "s3cr3t-17")
        #expect(configuration.lifCache?.token?.reveal() == "s3cr3t-18")
        #expect(configuration.plannerListener.token == "s3cr3t-1")
        var texts = shown(configuration)
        for source in configuration.sources {
            texts += shown(source) + shown(source.adapter)
            guard case .ready(let ready) = source.adapter else {
                Issue.record("A source is not set up.")
                continue
            }
            switch ready {
            case let partner as LIFToLIFConfiguration:
                #expect(partner.token?.reveal() == "s3cr3t-7")
                texts += shown(partner) + shown(partner.token)
            case let rest as RESTConfiguration:
                #expect(rest.url.filled(identifier: "1", identifierType: "") == "http://h/1/s3cr3t-4/s3cr3t-5")
                texts += shown(rest) + shown(rest.url) + shown(rest.headers) + shown(rest.body)
            case let command as CommandConfiguration:
                #expect(command.environment.values.map { $0.reveal() }.sorted() == ["s3cr3t-14", "s3cr3t-8"])
                texts += shown(command) + shown(command.environment)
            default: Issue.record("A source has another adapter.")
            }
        }
        #expect(configuration.callbacks.signingSecret?.reveal() == "whsec_s3cr3ts3cr3ts3cr3ts3cr3ts3cr3tAA")
        texts += shown(configuration.translators) + shown(configuration.operators) + shown(configuration.pipelines)
        texts += shown(configuration.callbacks) + shown(configuration.orchestrator)
        texts += shown(configuration.remoteOrchestrator) + shown(configuration.notices)
        texts += shown(configuration.plannerListener)
        texts += shown(configuration.plannerResultsToken) + shown(configuration.identityMapper)
        texts += shown(configuration.mdr) + shown(configuration.lifCache) + shown(configuration.planner)
        #expect(texts.count > 20)
        for text in texts { #expect(!text.contains("s3cr3t")) }
    }

    private func shown<Value>(_ value: Value) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return [String(describing: value), String(reflecting: value), "\(value)", dumped]
    }

    @Test(
        "They are not in errors, wherever they stand",
        arguments: [
            "planner: {port: \"${SECRET}\"}", "planner: {timeout: \"${SECRET}\"}", "log: {level: \"${SECRET}\"}",
            "planner: {host: \"${SECRET}\"}", "planner: {allowed_hosts: [\"${SECRET} \", \"a ${SECRET}\"]}",
            "orchestrator_url: http://${SECRET}@h", "orchestrator_url: http://u:s3cr3t@h", "planner: [\"${SECRET}\"]",
            "planner: {token: \"${SECRET} x\"}", "information_sources_file: \"${SECRET}\"",
            "orchestrator_token: \"${SECRET}\"", "orchestrator: {token: s3cr3t, host: 0.0.0.0, tokn: s3cr3t}",
            "secrets: [\"${SECRET}\"]", "secrets: [{files: [\"${SECRET}\"]}]",
            "secrets: [{vault: {address: \"${SECRET}\", token: \"${SECRET} x\"}}]",
            "secrets: [{vault: {address: \"https://v\", mount: \"${SECRET}/..\", token: s3cr3t}}]",
            "secrets: [{aws: {region: \"${SECRET}\", access_key_id: s3cr3t, secret_access_key: s3cr3t}}]",
            "translators: {a: {url: \"http://${SECRET}@h\", token: \"${SECRET} x\"}}",
            "translators: {a: {connection: \"${SECRET}\"}}", "connections: {a: \"${SECRET}\"}",
            "operators: {a: {type: \"${SECRET}\", command: [x, \"${SECRET}\"], environment: {A: \"${SECRET}{B}\"}}}",
            "operators: {a: {type: command, command: s3cr3t x, environment: {\"A=\": s3cr3t}, max_error: \"${SECRET}\"}}",
            "pipelines: {a: {adapter: \"${SECRET}\", steps: [{remove: [\"${SECRET}\"]}, {command: \"${SECRET}\"}]}}",
            "orchestrator: {callbacks: {secret: \"whsec_${SECRET}!\", token: s3cr3t, allowed_hosts: [\"${SECRET}/\"]}}",
            "orchestrator: {results_url: \"${SECRET}\", results_token: \"${SECRET} \\u0001\"}",
            "orchestrator: {workflow: {callbacks: {success: \"http://${SECRET}/\", failure: \"${SECRET}\"}}}",
            "orchestrator: {retention: {jobs: \"${SECRET}\"}, pools: {a: \"${SECRET}\"}}",
            "data_models: {a: [\"${SECRET}\"]}", "planner: {memory_budget: \"${SECRET}\"}", "planner: {token: s3cr3t\n",
            "planner: \"{token: s3cr3t\n", "planner: {results_token: \"${SECRET} x\"}",
            "planner: {sync_volume_limit: \"${SECRET}\", retention: {results: \"${SECRET}\"}}",
            "organization: \"${SECRET}ü\"", "federation: {partner_queries: \"${SECRET}\"}",
            "identity_mapper: {type: \"${SECRET}\", token: s3cr3t}",
            "identity_mapper: {type: embedded, token: s3cr3t}",
            "identity_mapper: {type: remote, url: \"http://${SECRET}@h\", token: \"${SECRET} x\"}",
            "mdr: {url: \"${SECRET}\", api_key: \"${SECRET} x\", data_model: [s3cr3t]}",
            "lif_cache: {url: \"${SECRET}\", token: \"${SECRET} x\", write: \"${SECRET}\"}",
        ])
    func errors(line: String) async {
        for line in [line, line.replacing("${SECRET}", with: "${secret:S}")] { await check(line) }
    }

    private func check(_ line: String) async {
        let broken = restSource(
            "url: \"{token}/{identifier}\"", "headers: {\"X Key\": \"s3cr3t\"}", "body: '{s3cr3t'",
            "data: a..${SECRET}",
            "mapping: {\"Person.EmploymentPreferences\": {fields: {a: \"b..${SECRET}\"}}}",
            connection: "{host: \"s3cr3t@x\", token: \"s3cr3t\", unused: s3cr3t}")
        let text = await problems(
            line + "\n" + broken, environment: ["SECRET": "s3cr3t"],
            secrets: [KnownSecrets("memory", ["S": "s3cr3t"])]
        ).joined(separator: "\n")
        #expect(!text.contains("s3cr3t"), "\(text)")
    }
}
