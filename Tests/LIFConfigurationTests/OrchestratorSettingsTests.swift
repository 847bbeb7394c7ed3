import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFWorkflow
import Testing

@testable import LIFConfiguration

@Suite("Settings of the Orchestrator")
struct OrchestratorSettingsTests {
    private static let everything = """
        operators: {tell: {type: command, command: ./tell}}
        orchestrator:
          concurrency: 9
          pools: {slow: 4, process: 2}
          part_limit: 5
          open_part_limit: 6
          store_limit: 1GiB
          max_outcome: 1MiB
          retention: {jobs: forever, results: 1d, acknowledged: 0, log: 90s}
          defaults:
            {breaker_failures: 0, breaker_open: 1m, sla: 9s, priority: -3, max_concurrency: 7}
          workflow:
            timeout: 1h
            sla: 2h
            callbacks:
              completion: tell
              success: http://Hooks.example.edu:8080/a?b=c
              failure: https://127.0.0.1/x
              sla_miss: http://127.0.0.1:8002/y
          callbacks:
            allowed_hosts: ["http://Hooks.example.edu:8080", 127.0.0.1]
            secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
            token: t
            give_up_after: 2d
          results_url: http://127.0.0.1:8002/orchestration/results
          results_token: r
        information_sources:
          - information_source_id: a
            adapter_id: lif-to-lif
            lif_fragment_paths: [Person.Name]
            connection: {host: h}
            pool: slow
            pool_slots: 3
            priority: 100
            sla: 1s
            breaker_failures: 2
            breaker_open: 3s
          - information_source_id: b
            adapter_id: lif-to-lif
            lif_fragment_paths: [Person.Name]
            connection: {host: h}
            pool: c
          - information_source_id: c
            adapter_id: lif-to-lif
            lif_fragment_paths: [Person.Name]
            connection: {host: h}
            max_concurrency: 1
            rate_limit: 600/min
            pool: c
        """

    @Test("Each one that is written arrives where it belongs")
    func everythingArrives() async throws {
        let configuration = try await load(Self.everything)
        let orchestrator = configuration.orchestrator
        #expect(
            orchestrator.limits
                == EngineLimits(
                    total: 9, pools: ["slow": 4, "process": 2, "a": 7, "b": 7, "c": 1], otherPools: 7,
                    shared: ["slow", "process", "a", "b", "c"],
                    rates: ["c": RateLimit(starts: 600, period: .seconds(60))]))
        #expect(orchestrator.partLimit == 5 && orchestrator.openPartLimit == 6)
        #expect(orchestrator.storeLimit == 1 << 30)
        #expect(configuration.maximumOutcomeBytes == 1 << 20)
        #expect(
            orchestrator.retention
                == RetentionPolicy(jobs: nil, results: .seconds(86_400), acknowledgedResults: .zero, log: .seconds(90)))
        let policy = TaskPolicy()
        let defaults = SourceSettings(
            policy: policy, resources: TaskResources(priority: -3, sla: .seconds(9)),
            breaker: BreakerPolicy(failures: 0, openFor: .seconds(60)))
        #expect(orchestrator.defaults == defaults)
        let a = SourceSettings(
            policy: policy, resources: TaskResources(pool: "slow", poolSlots: 3, priority: 100, sla: .seconds(1)),
            breaker: BreakerPolicy(failures: 2, openFor: .seconds(3)))
        #expect(orchestrator.sources["a"] == a)
        #expect(orchestrator.sources.mapValues(\.resources.pool) == ["a": "slow", "b": "c", "c": "c"])
        #expect(orchestrator.sources == configuration.sources.reduce(into: [:]) { $0[$1.source.id] = $1.settings })
        var callbacks = WorkflowSettings.Callbacks()
        callbacks.completion = "tell"
        callbacks.success = "http://Hooks.example.edu:8080/a?b=c"
        callbacks.failure = "https://127.0.0.1/x"
        callbacks.slaMiss = "http://127.0.0.1:8002/y"
        #expect(
            orchestrator.workflow
                == WorkflowSettings(timeout: .seconds(3_600), sla: .seconds(7_200), callbacks: callbacks))
        #expect(orchestrator.callbackPolicy.timeout == .seconds(2 * 86_400))
        #expect(orchestrator.resultsURL == "http://127.0.0.1:8002/orchestration/results")
        let hosts: [HTTPCallbackConfiguration.Host] = [
            .init("http://hooks.example.edu:8080", token: Secret("t")),
            // What stays on the machine needs no TLS.
            .init("https://127.0.0.1:443", token: Secret("t")), .init("http://127.0.0.1:80", token: Secret("t")),
            .init("http://127.0.0.1:8002", token: Secret("r")),
        ]
        #expect(
            configuration.callbacks
                == HTTPCallbackConfiguration(
                    hosts: hosts, signingSecret: Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
    }

    @Test("The planner of deployed systems gets the results")
    func deployedResults() async throws {
        let environment = [
            "LIF_QUERY_PLANNER_RESULTS_BASE_URL": "http://127.0.0.1:8002/", "LIF_QUERY_PLANNER_RESULTS_TOKEN": "r",
        ]
        let configuration = try await load(oneSource, environment: environment)
        #expect(configuration.orchestrator.resultsURL == "http://127.0.0.1:8002/orchestration/results")
        let hosts = [HTTPCallbackConfiguration.Host("http://127.0.0.1:8002", token: Secret("r"))]
        #expect(configuration.callbacks == HTTPCallbackConfiguration(hosts: hosts))
        #expect(configuration.notices.isEmpty)

        let ours = "orchestrator: {results_url: \"https://[::1]/x\"}\n" + oneSource
        let other = try await load(ours, environment: environment)
        #expect(other.orchestrator.resultsURL == "https://[::1]/x")
        #expect(other.callbacks.hosts == [HTTPCallbackConfiguration.Host("https://[::1]:443")])
        #expect(other.notices.count == 2)
    }

    @Test("A host that takes callbacks and results keeps the token of callbacks if there is no other")
    func sameHost() async throws {
        let yaml = """
            orchestrator:
              callbacks: {allowed_hosts: ["Planner:8002"], token: t}
              results_url: https://planner:8002/r

            """
        let hosts = try await load(yaml + oneSource).callbacks.hosts
        #expect(hosts == [HTTPCallbackConfiguration.Host("https://planner:8002", token: Secret("t"))])
    }

    @Test("A token that goes to another machine unencrypted is noticed")
    func openTokens() async throws {
        let yaml =
            "orchestrator: {results_url: \"http://planner/r\", results_token: r, callbacks: {token: t, "
            + "allowed_hosts: [\"http://hooks\", \"http://127.0.0.1:9000\", hooks.example.edu]}}\n"
            + "translators: {default: {url: \"http://translator\", token: t}}\n" + oneSource
        let notices = try await load(yaml).notices
        #expect(notices.count == 3)
        #expect(notices.allSatisfy { $0.contains("unencrypted") })
    }

    /// What stands in front of a good source `org2`, and what the error must have.
    @Test(
        "What is wrong is reported with its place",
        arguments: [
            (
                "orchestrator: {concurrency: 0}",
                "1:29: \"orchestrator.concurrency\" is \"0\"; it must be a whole number from 1"
            ),
            (
                "orchestrator: {pools: {slow: x}}",
                "1:30: \"orchestrator.pools.slow\" is \"x\"; it must be a whole number"
            ),
            ("orchestrator: {pools: {org2: 3}}", "\"orchestrator.pools.org2\" has the name of a source"),
            ("orchestrator: {pools: 3}", "\"orchestrator.pools\" is a single value; it must be a block of keys"),
            ("orchestrator: {open_part_limit: 0}", "open_part_limit\" is \"0\""),
            ("orchestrator: {store_limit: much}", "store_limit\" is \"much\"; it must be a size"),
            ("orchestrator: {max_outcome: -1}", "max_outcome\" is \"-1\"; it must be a size"),
            (
                "orchestrator: {retention: {jobs: ever}}",
                "retention.jobs\" is \"ever\"; it must be a duration or \"forever\""
            ),
            ("orchestrator: {retention: {job: 1d}}", "Did you mean \"jobs\"?"),
            (
                "orchestrator: {defaults: {priority: 101}}",
                "priority\" is \"101\"; it must be a whole number from -100 to 100"
            ),
            ("orchestrator: {defaults: {sla: 0}}", "sla\" is \"0\"; it must be a duration above 0"),
            ("orchestrator: {defaults: {breaker_open: 0}}", "breaker_open\" is \"0\""),
            (
                "orchestrator: {workflow: {callbacks: {success: x}}}",
                "callbacks.success\" is \"x\", which is no operator"
            ),
            (
                "orchestrator: {workflow: {callbacks: {success: \"http://h/x\"}}}",
                "callbacks.success\" has a host that is not among \"orchestrator.callbacks.allowed_hosts\""
            ),
            (
                "orchestrator: {callbacks: {allowed_hosts: [\"h:1\"]}, workflow: {callbacks: {failure: \"http://h/x\"}}}",
                "callbacks.failure\" has a host that is not among"
            ),
            ("orchestrator: {workflow: {callbacks: {failure: \"ftp://h\"}}}", "callbacks.failure\" is not a URL"),
            (
                "orchestrator: {callbacks: {allowed_hosts: [\"http://h/x\"]}}",
                "callbacks.allowed_hosts\" has \"http://h/x\""
            ),
            (
                "orchestrator: {callbacks: {allowed_hosts: [\"ftp://h\"]}}",
                "callbacks.allowed_hosts\" has \"ftp://h\""
            ),
            (
                "orchestrator: {callbacks: {allowed_hosts: [h]}, workflow: {callbacks: {failure: \"http://h/x\"}}}",
                "callbacks.failure\" has a host that is not among"
            ),
            (
                "orchestrator: {callbacks: {allowed_hosts: [h]}, workflow: {callbacks: {failure: \"https://h:8443/x\"}}}",
                "callbacks.failure\" has a host that is not among"
            ),
            ("orchestrator: {callbacks: {secret: whsec_s3cr3t!}}", "callbacks.secret\" cannot sign"),
            (
                "orchestrator: {callbacks: {secret: s3cr3t}}",
                "callbacks.secret\" cannot sign: write \"whsec_\" and base64"
            ),
            (
                "orchestrator: {callbacks: {secret: \"v1,whsec_s3cr3ts3cr3ts3cr3ts3cr3ts3cr3tAA\"}}",
                "callbacks.secret\" cannot sign"
            ),
            (
                "orchestrator: {callbacks: {token: s3cr3t}}",
                "callbacks.token\" has no \"orchestrator.callbacks.allowed_hosts\""
            ),
            ("orchestrator: {results_token: s3cr3t}", "results_token\" has no \"orchestrator.results_url\""),
            ("orchestrator: {results_url: planner}", "results_url\" is not a URL"),
        ])
    func wrong(yaml: String, expected: String) async {
        let lines = await problems(yaml + "\n" + oneSource)
        #expect(lines.contains { $0.hasPrefix("lif.yaml:") && $0.contains(expected) }, "\(lines)")
        #expect(!lines.joined().contains("s3cr3t"))
    }

    @Test(
        "A source's pool and its places fit together",
        arguments: [
            ("pool: slow\n    pool_slots: 5", "pool_slots\" is 5; the pool \"slow\" has 4 places"),
            ("pool: slow\n    rate_limit: 2/s", "rate_limit\" limits the source's own pool"),
            (
                "rate_limit: 10/day",
                "rate_limit\" is \"10/day\"; it must be a number per `s`, `min` or `h` such as 10/s"
            ),
            ("rate_limit: 0/s", "rate_limit\" is \"0/s\"; it must be"),
            ("max_concurrency: 2\n    pool_slots: 3", "pool_slots\" is 3; the pool \"s\" has 2 places"),
            ("pool: slow\n    max_concurrency: 2", "max_concurrency\" limits the source's own pool"),
            ("pool: slo", "which is no pool. Did you mean \"slow\"? There are: slow, s"),
            ("pool_slots: 0", "pool_slots\" is \"0\"; it must be a whole number from 1"),
        ])
    func pools(line: String, expected: String) async {
        let yaml = "orchestrator: {pools: {slow: 4}}\n" + source("lif-to-lif", "connection: {host: h}", line)
        let lines = await problems(yaml)
        #expect(lines.count == 1 && lines[0].contains(expected), "\(lines)")
    }
}
