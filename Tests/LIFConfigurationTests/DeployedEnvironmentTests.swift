import LIFConfiguration
import LIFModel
import LIFNeighbours
import LIFOrchestrator
import LIFQueryPlanner
import LIFServer
import LIFWorkflow
import Testing

@Suite("The environment of deployed systems")
struct DeployedEnvironmentTests {
    let sources = ["LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH": "sources.yaml"]
    let files = ["sources.yaml": oneSource]

    @Test("Its settings are honoured without a file of ours")
    func honoured() async throws {
        let environment = sources.merging([
            "LIF_QUERY_TIMEOUT_SECONDS": "6", "LIF_ORCHESTRATOR_URL": "http://orchestrator:8005/",
            "LIF_QUERY_CACHE_URL": "http://cache:8001/",
        ]) { first, _ in first }
        let configuration = try await load(environment: environment, files: files)
        #expect(configuration.planner.timeout == .seconds(6))
        #expect(configuration.orchestrator.defaults.policy.timeout == .seconds(4))
        #expect(configuration.remoteOrchestrator?.url == "http://orchestrator:8005")
        #expect(configuration.lifCache?.baseURL == "http://cache:8001")
        #expect(configuration.plannerListener.port == 8_002)
        #expect(configuration.orchestratorListener.port == 8_005)
        #expect(configuration.notices.count == 1 && configuration.notices[0].contains("\"organization\" is not set"))
    }

    @Test("Our file wins over it, and a notice says so")
    func fileWins() async throws {
        let environment = sources.merging([
            "LIF_QUERY_TIMEOUT_SECONDS": "6", "LIF_ORCHESTRATOR_URL": "http://other:8005",
        ]) { first, _ in first }
        let yaml = "orchestrator_url: http://mine:1\nplanner: {timeout: 20s}\n" + oneSource
        let configuration = try await load(yaml, environment: environment, files: ["sources.yaml": "never read"])
        #expect(configuration.planner.timeout == .seconds(20))
        #expect(configuration.remoteOrchestrator?.url == "http://mine:1")
        #expect(configuration.notices.count == 3)
        for name in environment.keys { #expect(configuration.notices.contains { $0.hasPrefix(name) }) }
    }

    @Test("What this version does not use is accepted with a notice that shows no value")
    func unused() async throws {
        var environment = sources
        for variable in DeployedEnvironment.unused { environment[variable.name] = "s3cr3t" }
        environment["ORCHESTRATOR__TYPE"] = "dagster"
        let notices = try await load(environment: environment, files: files).notices
        #expect(notices.count == DeployedEnvironment.unused.count + 1)
        #expect(!notices.contains { $0.contains("s3cr3t") })
        environment = sources.merging(["ORCHESTRATOR__TYPE": "embedded"]) { first, _ in first }
        #expect(try await load(environment: environment, files: files).notices.isEmpty)
    }

    @Test("A credential that belongs to no source is noticed by name")
    func stray() async throws {
        let name = "ADAPTERS__LIF_TO_LIF__ORG_TWO__CREDENTIALS__TOKEN"
        let notices = try await load(oneSource, environment: [name: "s3cr3t"]).notices
        #expect(notices == ["The environment variable \(name) belongs to no configured source."])
    }

    @Test("Values that are no use are refused by name and not repeated")
    func refused() async {
        let environment = [
            "LIF_QUERY_TIMEOUT_SECONDS": "soon", "LIF_ORCHESTRATOR_URL": "user:s3cr3t@host",
            "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN": "token",
            "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH": "absent.yaml",
        ]
        let lines = await problems(nil, environment: environment)
        #expect(lines.count == 3)
        #expect(lines.contains { $0.hasPrefix("environment: LIF_QUERY_TIMEOUT_SECONDS must be a number of seconds") })
        #expect(lines.contains { $0.hasPrefix("environment: LIF_ORCHESTRATOR_URL is not a URL") })
        #expect(lines.contains { $0.contains("the file \"absent.yaml\" does not exist") })
        #expect(!lines.joined().contains("s3cr3t"))
    }

    @Test("Neither a file nor the environment naming sources is an error that says what to give")
    func nothing() async {
        let lines = await problems(nil)
        #expect(lines.count == 1)
        #expect(lines[0].contains("information_sources"))
        #expect(lines[0].contains("LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH"))
    }
}
