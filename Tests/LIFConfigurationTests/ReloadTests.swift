import LIFHTTP
import LIFJSON
import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFWorkflow
import Testing

@testable import LIFConfiguration

@Suite("What a loaded configuration gives a running system")
struct ReloadTests {
    private static let listeners = "planner: {token: a}\norchestrator: {token: b}\nlog: {level: info}\n"

    @Test(
        "What holds only after a restart is named",
        arguments: [
            ("state_dir: x\n", ["state_dir"]), ("orchestrator_url: http://o\n", ["orchestrator_url"]),
            ("orchestrator_url: http://o\norchestrator_token: t\n", ["orchestrator_url", "orchestrator_token"]),
            ("log: {level: debug, format: json}\n", ["log.level", "log.format"]),
            (
                "planner: {host: \"::1\", port: 1, token: t, allowed_hosts: [h], max_body: 1}\n",
                ["planner.host", "planner.port", "planner.token", "planner.allowed_hosts", "planner.max_body"]
            ),
            ("orchestrator: {port: 1}\n", ["orchestrator.port"]),
            ("planner: {results_token: t}\n", ["planner.results_token"]),
            (
                "organization: o\nfederation: {partner_queries: local}\nidentity_mapper: {type: embedded}\n",
                ["organization", "federation.partner_queries", "identity_mapper"]
            ),
            ("mdr: {url: \"http://m\"}\nlif_cache: {url: \"http://c\"}\n", ["mdr", "lif_cache"]),
            ("orchestrator: {max_outcome: 1}\n", ["orchestrator.max_outcome"]),
            ("orchestrator: {concurrency: 1, retention: {log: 1d}}\n", []), ("secrets: [environment]\n", []),
        ])
    func restart(yaml: String, expected: [String]) async throws {
        let (new, old) = (try await load(yaml + oneSource), try await load(oneSource))
        #expect(new.needsRestart(comparedWith: old) == expected)
        #expect(old.needsRestart(comparedWith: new) == expected)
    }

    @Test(
        "What a reload applies is seen as a change",
        arguments: [
            "orchestrator: {concurrency: 1}\n", "orchestrator: {retention: {log: 1d}}\n",
            "translators: {a: {url: \"http://a\"}}\n",
            "operators: {a: {type: command, command: x}}\n", "orchestrator: {callbacks: {allowed_hosts: [h]}}\n",
            "pipelines: {a: {adapter: rest, steps: [{keep: Person.Name}]}}\n",
            "orchestrator: {defaults: {retries: 0}}\n", "orchestrator_url: http://o\norchestrator_run_timeout: 1h\n",
            "planner: {timeout: 20s}\n", "planner: {learner_limit: 1}\n", "planner: {memory_budget: 1}\n",
            "planner: {sync_learner_limit: 1}\n", "planner: {sync_part_limit: 1}\n",
            "planner: {sync_volume_limit: 1}\n", "planner: {pending_limit: 1}\n",
            "planner: {retention: {results: 1d}}\n", "planner: {retention: {requests: 90d}}\n",
            "planner: {retention: {fragments: 3d}}\n",
        ])
    func changes(yaml: String) async throws {
        let old = try await load(oneSource)
        for line in ["stale_while_revalidate: 1s", "identity: skip", "identity_system: x", "partner: false"] {
            let new = try await load(oneSource + "\n    " + line)
            #expect(!new.hasSameOperators(as: old) && new.needsRestart(comparedWith: old).isEmpty)
        }
        #expect(!(try await load(yaml + oneSource)).hasSameOperators(as: old))
        #expect(!(try await load(oneSource.replacing("8020", with: "8021"))).hasSameOperators(as: old))
        #expect(try await load("state_dir: x\nconnections: {a: {host: h}}\n" + oneSource).hasSameOperators(as: old))
    }

    @Test("A secret that changed is a change of its source")
    func secret() async throws {
        let yaml = oneSource.replacing("8020\"", with: "8020\", token: \"${secret:t}\"")
        let old = try await load(yaml, secrets: [KnownSecrets("memory", ["t": "1"])])
        #expect(!(try await load(yaml, secrets: [KnownSecrets("memory", ["t": "2"])])).hasSameOperators(as: old))
        #expect(try await load(yaml, secrets: [KnownSecrets("memory", ["t": "1"])]).hasSameOperators(as: old))
    }

    private static let registry = """
        translators: {default: {url: "http://a"}}
        operators: {clean: {type: command, command: x}}
        pipelines: {tidy: {adapter: file, steps: [{command: clean}, {mask: {fields: [Person.Name]}}]}}
        orchestrator: {callbacks: {allowed_hosts: ["http://hooks:99"]}}
        information_sources:
          - {information_source_id: a, adapter_id: lif-to-lif, lif_fragment_paths: [Person.Name], connection: {host: h}}
          - {information_source_id: b, adapter_id: rest, lif_fragment_paths: [Person.Name],
             rest: {url: "http://h/{identifier}", mapping: {Person.Name: a}}}
          - {information_source_id: c, adapter_id: command, lif_fragment_paths: [Person.Name], command: {run: x}}
          - {information_source_id: d, adapter_id: tidy, lif_fragment_paths: [Person.Name],
             file: {folder: x, name: "{identifier}"}}
          - {information_source_id: e, adapter_id: sql, lif_fragment_paths: [Person.Name],
             sql: {database: x, queries: {Person.Name: "SELECT :identifier"}}}
          - {information_source_id: f, adapter_id: clean, lif_fragment_paths: [Person.Name]}
          - {information_source_id: g, adapter_id: lif-to-lif, lif_fragment_paths: [Person.Name]}
        """

    @Test("The registry has each adapter, pipeline, translator and receiver of callbacks by its name")
    func names() async throws {
        let configuration = try await load(Self.registry)
        let registry = configuration.registry(http: OutgoingHTTPClient())
        #expect(
            registry.adapterNames == [
                "clean", "command", "example-data-source-rest-api-to-lif", "file", "lif-to-lif", "rest", "sql", "tidy",
            ])
        #expect(registry.translatorNames == ["default"])
        #expect(registry.callbackNames == ["clean"])
        let loader = ConfigurationLoader(configuration: configuration.orchestrator, registry: registry)
        let made = try configuration.catalogue.sources.dropLast().map { try loader.adapter(of: $0) }
        #expect(
            made.map { "\(type(of: $0))" } == [
                "LIFToLIFOperator", "RESTOperator", "CommandOperator", "FileOperator", "SQLOperator", "CommandOperator",
            ])
        let part = QueryPlanPart(
            informationSourceID: "d", adapterID: "tidy",
            learner: LearnerIdentifier(identifier: "1", identifierType: "T"), fragmentPaths: [])
        #expect(loader.steps(of: part).map(\.name) == ["command", "mask"])
        #expect("\(type(of: try loader.translator(of: "a")))" == "HTTPTranslator")
        let source = try #require(configuration.catalogue["g"])
        let error = #expect(throws: LIFError.self) { try loader.adapter(of: source) }
        #expect(error?.code == .operatorNotFoundException)
        #expect(error?.message.contains("ADAPTERS__LIF_TO_LIF__G__CREDENTIALS__HOST") == true)
    }

    @Test("Callbacks go to allowed hosts and operators only")
    func callbacks() async throws {
        let configuration = try await load(Self.registry)
        let registry = configuration.registry(http: OutgoingHTTPClient())
        let loader = ConfigurationLoader(configuration: configuration.orchestrator, registry: registry)
        #expect(try loader.callback("http://hooks:99/x") is HTTPCallbackOperator)
        #expect(try loader.callback("clean") is CommandCallbackOperator)
        let refused = #expect(throws: LIFError.self) { try loader.callback("http://elsewhere/s3cr3t") }
        #expect(refused?.code == .queryParseException)
        #expect(refused?.message.contains("s3cr3t") == false)
        let none = try await load(oneSource)
        let other = ConfigurationLoader(
            configuration: none.orchestrator, registry: none.registry(http: OutgoingHTTPClient()))
        let closed = #expect(throws: LIFError.self) { try other.callback("http://hooks/x") }
        #expect(closed?.code == .queryParseException)
    }

    @Test("All the files' folders are watched")
    func folders() async throws {
        #expect(try await load(oneSource).watched.folders == ["."])
        let files = ["/a/b/s.yaml": oneSource]
        #expect(try await load("information_sources_file: /a/b/s.yaml", files: files).watched.folders == [".", "/a/b"])
        let environment = ["LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH": "/s.yaml"]
        #expect(try await load(environment: environment, files: ["/s.yaml": oneSource]).watched.folders == ["/"])
        let secrets = "secrets: [{files: /run/secrets}, {files: more}]\n"
        let folders: Set = [".", "/run/secrets", "more"]
        #expect(
            try await load(secrets + oneSource.replacing("8020\"", with: "8020\", token: t")).watched.folders == folders
        )
    }
}
