import LIFConfiguration
import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFQueryPlanner
import LIFServer
import LIFWorkflow
import Testing

@Suite("Settings")
struct SettingsTests {
    static let everything = """
        state_dir: /var/lib/lif
        orchestrator_url: https://orchestrator.example.edu/base/
        orchestrator_token: o-token
        log: {level: debug, format: json}
        planner:
          host: 0.0.0.0
          port: 9002
          token: p-token
          allowed_hosts: [lif.example.edu, "10.0.0.1:80"]
          max_body: 1MiB
          timeout: 30s
          learner_limit: 7
          memory_budget: 512KiB
        orchestrator:
          host: 10.0.0.1
          port: 0
          token: ${TOKEN}
          allowed_hosts: [other]
          max_body: 100
          synchronous_wait: 2m
          part_limit: 5
          defaults: {timeout: 20s, retries: 1, retry_backoff: 50ms, max_concurrency: 3}
        information_sources:
          - information_source_id: org2
            information_source_organization: Org2
            adapter_id: lif-to-lif
            ttl_hours: 0.5
            lif_fragment_paths: [person.name, Person.Identifier]
            translation: null
            identity: shared
            stale_if_error: 24h
            timeout: 1500ms
            retries: 0
            retry_backoff: 10s
            max_concurrency: 1
            max_answer: 1GiB
            schema_cache: 5
            connection:
              {host: "[::1]:8020", scheme: https, token: l-token, path: /v1/graphql, auth: api-key}
          - information_source_id: plain
            adapter_id: lif-to-lif
            lif_fragment_paths: Person.Contact
            connection: {host: lif.example.edu}
        """

    @Test("Each one that is written arrives where it belongs")
    func everythingArrives() async throws {
        let configuration = try await load(Self.everything, environment: ["TOKEN": " e-token\n"])
        #expect(configuration.stateDirectory == "/var/lib/lif")
        let remote = RemoteOrchestrator(url: "https://orchestrator.example.edu/base", token: Secret("o-token"))
        #expect(configuration.remoteOrchestrator == remote)
        #expect(configuration.log == LogConfiguration(level: .debug, format: .json))
        let planner = configuration.plannerListener
        #expect(planner.host == "0.0.0.0" && planner.port == 9_002 && planner.token == "p-token")
        #expect(planner.allowedHosts == ["lif.example.edu", "10.0.0.1:80"] && planner.maximumBodyBytes == 1 << 20)
        #expect(configuration.planner.timeout == .seconds(30))
        #expect(configuration.planner.learnerLimit == 7)
        #expect(configuration.planner.memoryBudget == 512 << 10)
        let orchestrator = configuration.orchestratorListener
        #expect(orchestrator.host == "10.0.0.1" && orchestrator.port == 0 && orchestrator.token == "e-token")
        #expect(orchestrator.allowedHosts == ["other"] && orchestrator.maximumBodyBytes == 100)
        #expect(configuration.orchestrator.synchronousWait == .seconds(120))
        #expect(configuration.orchestrator.partLimit == 5)
        let defaults = TaskPolicy(retries: 1, backoff: .milliseconds(50), timeout: .seconds(20))
        #expect(configuration.orchestrator.defaults.policy == defaults)
        let own = TaskPolicy(
            retries: 0, backoff: .seconds(10), maximumBackoff: .seconds(10), timeout: .milliseconds(1_500))
        #expect(configuration.orchestrator.sources.mapValues(\.policy) == ["org2": own, "plain": defaults])
        #expect(
            configuration.orchestrator.limits
                == EngineLimits(pools: ["org2": 1, "plain": 3], otherPools: 3, shared: ["org2", "plain"]))

        let source = configuration.sources[0].source
        #expect(source.timeToLive == .seconds(1_800))
        #expect(source.staleIfError == .seconds(86_400))
        #expect(source.fragmentPaths.map(\.description) == ["Person.Name", "Person.Identifier"])
        #expect(source.translation == nil)
        let partner = LIFToLIFConfiguration(
            endpoint: "https://[::1]:8020/v1/graphql", token: Secret("l-token"), authorization: .apiKey,
            schemaLifetime: .seconds(5), maximumAnswerBytes: 1 << 30)
        #expect(configuration.sources[0].adapter == .ready(partner))
        let plain = LIFToLIFConfiguration(endpoint: "http://lif.example.edu/graphql")
        #expect(configuration.sources[1].adapter == .ready(plain))
    }

    @Test("What is not written has the components' own defaults")
    func defaults() async throws {
        let configuration = try await load(oneSource)
        let planner = QueryPlannerConfiguration(catalogue: configuration.catalogue)
        #expect(configuration.planner.timeout == planner.timeout)
        #expect(configuration.planner.learnerLimit == planner.learnerLimit)
        #expect(configuration.planner.memoryBudget == planner.memoryBudget)
        var orchestrator = OrchestratorConfiguration(catalogue: configuration.catalogue)
        orchestrator.sources = ["org2": SourceSettings()]
        orchestrator.limits.pools = ["org2": 128]
        #expect(configuration.orchestrator == orchestrator)
        #expect(configuration.maximumOutcomeBytes == 32 << 20)
        #expect(configuration.callbacks == HTTPCallbackConfiguration(hosts: []))
        for (listener, port) in [(configuration.plannerListener, 8_002), (configuration.orchestratorListener, 8_005)] {
            let standard = ListenerConfiguration(port: port)
            #expect(listener.host == standard.host && listener.port == port && listener.token == nil)
            #expect(listener.allowedHosts.isEmpty && listener.maximumBodyBytes == standard.maximumBodyBytes)
        }
        #expect(configuration.stateDirectory == "lif-state")
        #expect(configuration.log == LogConfiguration())
        #expect(configuration.remoteOrchestrator == nil)
        #expect(configuration.sources[0].source.timeToLive == .seconds(86_400))
        #expect(configuration.sources[0].source.staleIfError == .zero)
    }

    @Test(
        "A source's time-out leaves the planner time to answer without it",
        arguments: [("3s", 2_000), ("15s", 10_000), ("60s", 10_000), ("300ms", 200)])
    func derivedTimeout(planner: String, milliseconds: Int) async throws {
        let configuration = try await load("planner: {timeout: \(planner)}\n" + oneSource)
        #expect(configuration.orchestrator.defaults.policy.timeout == .milliseconds(milliseconds))
        #expect(configuration.sources[0].settings.policy.timeout == .milliseconds(milliseconds))
    }

    @Test("A source that may take longer than the planner waits is allowed, with a notice")
    func slowSource() async throws {
        let configuration = try await load(oneSource + "\n    timeout: 15s")
        #expect(configuration.sources[0].settings.policy.timeout == .seconds(15))
        #expect(configuration.notices.count == 1)
        #expect(configuration.notices[0].contains("information_sources[0].timeout"))
    }

    @Test("Paths in a file start at its folder")
    func folders() async throws {
        let folder = try TemporaryFolder()
        try folder.write("lif.yaml", "state_dir: state\ninformation_sources_file: parts/sources.yaml\n")
        try folder.write("parts/sources.yaml", oneSource)
        let configuration = try await SystemConfiguration.load(
            file: folder.path + "/lif.yaml", adapters: Adapters.all, environment: [:])
        #expect(configuration.stateDirectory == folder.path + "/state")
        #expect(configuration.sources.count == 1)
    }

    @Test("A token over http to another machine is noticed")
    func openToken() async throws {
        let environment = ["ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN": "s3cr3t"]
        #expect(try await load(oneSource, environment: environment).notices.isEmpty)
        let remote = oneSource.replacing("localhost:8020", with: "lif.example.edu")
        let notices = try await load(remote, environment: environment).notices
        #expect(notices.count == 1)
        #expect(notices[0].contains("org2") && notices[0].contains("unencrypted"))
    }

    @Test("The connection in the file wins over the environment, key by key")
    func connectionWins() async throws {
        let environment = [
            "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": "elsewhere",
            "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__SCHEME": "https",
        ]
        let configuration = try await load(oneSource, environment: environment)
        let partner = LIFToLIFConfiguration(endpoint: "https://localhost:8020/graphql")
        #expect(try configuration.adapter("org2") == .ready(partner))
    }
}
