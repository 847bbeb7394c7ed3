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

    @Test("What this version does not use is accepted with one notice that names all and shows no value")
    func unused() async throws {
        var environment = sources
        for name in DeployedEnvironment.unused { environment[name] = "s3cr3t" }
        for prefix in DeployedEnvironment.unusedPrefixes { environment[prefix + "ANYTHING"] = "s3cr3t" }
        environment["ORCHESTRATOR__TYPE"] = "dagster"
        let names = environment.keys.filter { !sources.keys.contains($0) }
        let notices = try await load(environment: environment, files: files).notices
        #expect(notices.count == 1)
        #expect(notices[0].hasPrefix("Set and not used: " + names.sorted().joined(separator: ", ") + "."))
        #expect(!notices[0].contains("s3cr3t"))
        environment = sources.merging(["ORCHESTRATOR__TYPE": "embedded", "DAGSTER_HOME": ""]) { first, _ in first }
        #expect(try await load(environment: environment, files: files).notices.isEmpty)
    }

    @Test(
        "A time-out that deployed callers do not wait for is honoured, with a notice", arguments: ["20", "120", "2m"])
    func longTimeout(value: String) async throws {
        let environment = sources.merging(["LIF_QUERY_TIMEOUT_SECONDS": value]) { first, _ in first }
        let configuration = try await load(environment: environment, files: files)
        #expect(configuration.planner.timeout >= .seconds(20))
        #expect(configuration.notices.count == 1)
        #expect(configuration.notices.first?.hasPrefix("LIF_QUERY_TIMEOUT_SECONDS is 20 s or more.") == true)
        let shorter = sources.merging(["LIF_QUERY_TIMEOUT_SECONDS": "19.5"]) { first, _ in first }
        #expect(try await load(environment: shorter, files: files).notices.isEmpty)
    }

    @Test("The sources may be in a variable, as YAML, which goes before the file that another one names")
    func sourcesInVariable() async throws {
        let name = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_YAML_SSM"
        let alone = try await load(environment: [name: oneSource])
        #expect(alone.sources.map(\.source.id) == ["org2"])
        #expect(alone.notices.isEmpty)
        // As a deployed task definition has it, whose file the container's entry point would write.
        let both = try await load(environment: sources.merging([name: oneSource]) { first, _ in first })
        #expect(both.sources.map(\.source.id) == ["org2"])
        let path = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH"
        #expect(both.notices == ["\(path) is set and not used: \(name) has the sources."])
        let file = try await load(
            source("file", "file: {folder: d, name: \"{identifierType}-{identifier}.json\"}"),
            environment: [name: oneSource])
        #expect(file.sources.map(\.source.id) == ["s"])
        #expect(file.notices == ["\(name) is set and not used: the file has sources of its own."])
    }

    @Test("What is wrong with sources in a variable is reported with its place there")
    func wrongSourcesInVariable() async {
        let name = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_YAML_SSM"
        let wrong = oneSource.replacing("adapter_id: lif-to-lif", with: "adapter_id: lif-to-lift")
        let lines = await problems(nil, environment: [name: wrong])
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("environment: \(name):3:17: ") == true)
        let broken = await problems(nil, environment: [name: "information_sources: ["])
        #expect(broken.first?.contains("this is not valid YAML") == true)
    }

    @Test(
        "LOG_LEVEL has the words of deployed services, in any case of letters",
        arguments: [
            ("DEBUG", LogConfiguration.Level.debug), ("Info", .info), ("WARNING", .warning), ("WARN", .warning),
            ("ERROR", .error), ("CRITICAL", .critical), ("FATAL", .critical), ("trace", .trace), (" debug\n", .debug),
        ])
    func logLevel(word: String, level: LogConfiguration.Level) async throws {
        let configuration = try await load(oneSource, environment: ["LOG_LEVEL": word])
        #expect(configuration.log.level == level)
        #expect(configuration.notices.isEmpty)
    }

    @Test("The file's log.level wins over LOG_LEVEL, and a word that is none stops nothing")
    func otherLogLevel() async throws {
        let file = try await load("log: {level: error}\n" + oneSource, environment: ["LOG_LEVEL": "DEBUG"])
        #expect(file.log.level == .error)
        #expect(file.notices == ["LOG_LEVEL is set and not used: \"log.level\" in the file wins."])
        let unknown = try await load(oneSource, environment: ["LOG_LEVEL": "s3cr3t"])
        #expect(unknown.log.level == .info)
        #expect(unknown.notices.count == 1)
        #expect(unknown.notices.first?.hasPrefix("LOG_LEVEL is set and not used: it is not one of DEBUG") == true)
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
