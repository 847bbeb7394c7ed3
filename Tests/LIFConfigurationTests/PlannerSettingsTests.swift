import LIFConfiguration
import LIFModel
import LIFQueryPlanner
import LIFServer
import Testing

@Suite("Settings of the Query Planner")
struct PlannerSettingsTests {
    private static let everything = """
        organization: " org1 "
        federation: {partner_queries: local}
        planner:
          learner_limit: 7
          sync_learner_limit: 3
          sync_part_limit: 0
          sync_volume_limit: 1KiB
          pending_limit: 5
          results_token: r-token
          token: p-token
          retention: {results: 1h, requests: 2d, fragments: 0}

        """ + oneSource

    @Test("Each one that is written arrives where it belongs")
    func written() async throws {
        let configuration = try await load(Self.everything)
        let expected = QueryPlannerConfiguration(
            catalogue: configuration.catalogue, learnerLimit: 7,
            synchronousLimits: SynchronousLimits(learners: 3, parts: 0, volume: 1_024), pendingLimit: 5,
            retention: PlannerRetention(results: .seconds(3_600), requests: .seconds(2 * 86_400), fragments: .zero),
            federation: FederationSettings(organization: "org1", partnerQueries: .local))
        #expect(configuration.planner == expected)
        #expect(configuration.organization == "org1")
        #expect(configuration.plannerResultsToken == Secret("r-token"))
        #expect(configuration.plannerListener.token == "p-token")
    }

    @Test("What is not written has the planner's own defaults")
    func defaults() async throws {
        let configuration = try await load(oneSource)
        #expect(configuration.planner == QueryPlannerConfiguration(catalogue: configuration.catalogue))
        #expect(configuration.organization == nil)
        #expect(configuration.plannerResultsToken == nil)
    }

    @Test("An orchestrator's results need the planner's token when they have none of their own")
    func resultsToken() async throws {
        #expect(try await load("planner: {token: a}\n" + oneSource).plannerResultsToken == Secret("a"))
        #expect(try await load("planner: {results_token: b}\n" + oneSource).plannerResultsToken == Secret("b"))
    }

    @Test("What is kept for ever is kept longer than anything")
    func forever() async throws {
        let yaml = "planner: {retention: {results: forever, requests: forever, fragments: forever}}\n" + oneSource
        let retention = try await load(yaml).planner.retention
        for time in [retention.results, retention.requests, retention.fragments] {
            #expect(time > .seconds(500 * 366 * 86_400))
        }
        _ = try await load("planner: {retention: {requests: forever}}\n" + oneSource)
        _ = try await load("planner: {retention: {results: 1d, requests: 1d}}\n" + oneSource)
    }

    @Test(
        "A wrong one is reported with its place",
        arguments: [
            ("organization:", "lif.yaml:1:14: \"organization\" has no value"),
            ("organization: [a]", "lif.yaml:1:15: \"organization\" is a list; it must be a text"),
            ("organization: Schüle", "lif.yaml:1:15: \"organization\" is no id: An organisation's id is 1 to 128"),
            (
                "federation:\n  partner_queries: none",
                "lif.yaml:2:20: \"federation.partner_queries\" is \"none\"; it must be \"all\" or \"local\""
            ),
            (
                "federation:\n  partner: all",
                "lif.yaml:2:3: \"partner\" is no setting of \"federation\". Did you mean \"partner_queries\"?"
            ),
            (
                "planner:\n  learner_limit: 100001",
                "lif.yaml:2:18: \"planner.learner_limit\" is \"100001\"; it must be a whole number from 1 to 100000"
            ),
            (
                "planner:\n  sync_learner_limit: -1",
                "lif.yaml:2:23: \"planner.sync_learner_limit\" is \"-1\"; it must be a whole number from 0 to 100000"
            ),
            (
                "planner:\n  sync_part_limit: all",
                "lif.yaml:2:20: \"planner.sync_part_limit\" is \"all\"; it must be a whole number from 0 to 1000000"
            ),
            (
                "planner:\n  sync_volume_limit: big",
                "lif.yaml:2:22: \"planner.sync_volume_limit\" is \"big\"; it must be a size such as 512KiB"
            ),
            (
                "planner:\n  pending_limit: 0",
                "lif.yaml:2:18: \"planner.pending_limit\" is \"0\"; it must be a whole number from 1 to 1000000"
            ),
            (
                "planner:\n  results_token: 'two words'",
                "lif.yaml:2:18: \"planner.results_token\" has a space, a control character"
            ),
            (
                "planner:\n  retention:\n    results: soon",
                "lif.yaml:3:14: \"planner.retention.results\" is \"soon\"; it must be a duration or \"forever\""
            ),
            (
                "planner:\n  retention:\n    fragments: -1d",
                "lif.yaml:3:16: \"planner.retention.fragments\" is \"-1d\"; it must be a duration or \"forever\""
            ),
            (
                "planner:\n  retention:\n    requests: 6d",
                "lif.yaml:3:15: \"planner.retention.requests\" must not be below \"planner.retention.results\""
            ),
            (
                "planner:\n  retention:\n    results: forever",
                "lif.yaml:3:14: \"planner.retention.results\" must not be above \"planner.retention.requests\""
            ),
        ])
    func wrong(yaml: String, expected: String) async {
        let lines = await problems(yaml + "\n" + oneSource)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(expected) == true, "\(lines)")
    }
}
