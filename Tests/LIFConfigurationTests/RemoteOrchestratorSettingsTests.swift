import LIFModel
import LIFNeighbours
import LIFOrchestrator
import Testing

@testable import LIFConfiguration

@Suite("An orchestrator elsewhere")
struct RemoteOrchestratorSettingsTests {
    private static let deployed = ["LIF_ORCHESTRATOR_URL": "http://orchestrator:8005"]

    private static func plan(_ sources: String...) -> QueryPlan {
        QueryPlan(
            parts: sources.map { source in
                QueryPlanPart(
                    informationSourceID: source, adapterID: "lif-to-lif",
                    learner: LearnerIdentifier(identifier: "1", identifierType: "T"), fragmentPaths: [])
            })
    }

    private static func source(_ id: String, _ rest: String = "") -> String {
        "  - {information_source_id: \(id), adapter_id: lif-to-lif, lif_fragment_paths: [Person.Name], "
            + "connection: {host: \"h:1\"}\(rest)}\n"
    }

    @Test("A deployed one gets one learner in a job, ours many, unless the setting says otherwise")
    func learners() async throws {
        func learners(_ yaml: String, _ environment: [String: String] = [:]) async throws
            -> RemoteOrchestratorConfiguration.LearnersPerJob?
        {
            try await load(yaml + oneSource, environment: environment).remoteOrchestrator?.learnersPerJob
        }
        #expect(try await learners("", Self.deployed) == .one)
        #expect(try await learners("orchestrator_url: http://ours:8005\n") == .many)
        #expect(try await learners("orchestrator_url: http://ours:8005\n", Self.deployed) == .many)
        #expect(try await learners("orchestrator_learners_per_job: many\n", Self.deployed) == .many)
        let yaml = "orchestrator_url: http://ours:8005\norchestrator_learners_per_job: one\n"
        #expect(try await learners(yaml) == .one)
        let (one, many) = (
            try await load(yaml + oneSource), try await load("orchestrator_url: http://ours:8005\n" + oneSource)
        )
        #expect(one.needsRestart(comparedWith: many) == ["orchestrator_learners_per_job"])
    }

    @Test("Settings of an orchestrator elsewhere without one are refused, and so is a word that is none")
    func refused() async {
        let lines = await problems(
            "orchestrator_learners_per_job: one\norchestrator_run_timeout: 1m\norchestrator: {results_scalars: true}\n"
                + oneSource)
        #expect(lines.count == 3)
        #expect(lines.filter { $0.contains("\"orchestrator_url\"") }.count == 2)
        #expect(lines.contains { $0.contains("\"orchestrator.results_url\"") })
        let word = await problems("orchestrator_learners_per_job: two\n" + oneSource, environment: Self.deployed)
        #expect(word.first?.contains("\"one\" or \"many\"") == true)
    }

    @Test(
        "A run may take what is set; or half a minute more than its sources, where their time-outs are written; or 5 min"
    )
    func runTimeout() async throws {
        let sources =
            "information_sources:\n" + Self.source("a", ", timeout: 2s") + Self.source("b", ", timeout: 3s")
            + Self.source("c")
        let plain = try await load(sources, environment: Self.deployed)
        #expect(plain.runTimeout(of: Self.plan("a")) == .seconds(32))
        #expect(plain.runTimeout(of: Self.plan("a", "b", "a")) == .seconds(33))
        #expect(plain.runTimeout(of: Self.plan("a", "c")) == .seconds(300))
        #expect(plain.runTimeout(of: Self.plan("unheard-of")) == .seconds(300))
        let defaults = try await load("orchestrator: {defaults: {timeout: 6s}}\n" + sources, environment: Self.deployed)
        #expect(defaults.runTimeout(of: Self.plan("a", "c")) == .seconds(36))
        let set = try await load("orchestrator_run_timeout: 20s\n" + sources, environment: Self.deployed)
        #expect(set.runTimeout(of: Self.plan("a", "b", "c")) == .seconds(20))
        #expect(set.needsRestart(comparedWith: plain) == [])
    }

    @Test("What is posted to a planner has no scalars, unless the setting says otherwise")
    func scalars() async throws {
        let environment = ["LIF_QUERY_PLANNER_RESULTS_BASE_URL": "http://planner:8002"]
        let deployed = try await load(oneSource, environment: environment).orchestrator
        #expect(deployed.resultsURL == "http://planner:8002/orchestration/results")
        #expect(!deployed.resultsHaveScalars)
        let whole = try await load("orchestrator: {results_scalars: true}\n" + oneSource, environment: environment)
        #expect(whole.orchestrator.resultsHaveScalars)
    }
}
