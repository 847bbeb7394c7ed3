import LIFConfiguration
import LIFServer
import Testing

@Suite("Where components listen, and whom they let in")
struct ListenerTests {
    private static let ours = [
        "LIF_QUERY_PLANNER_LISTEN_HOST": "::1", "LIF_QUERY_PLANNER_LISTEN_PORT": "9002",
        "LIF_ORCHESTRATOR_LISTEN_HOST": "localhost", "LIF_ORCHESTRATOR_LISTEN_PORT": "0",
    ]

    @Test("The environment says where they listen, and the file wins")
    func variables() async throws {
        let alone = try await load(oneSource, environment: Self.ours)
        #expect(alone.plannerListener.host == "::1" && alone.plannerListener.port == 9_002)
        #expect(alone.orchestratorListener.host == "localhost" && alone.orchestratorListener.port == 0)
        #expect(alone.notices.isEmpty)
        let yaml = "planner: {host: 127.0.0.1, port: 1}\norchestrator: {port: 2}\n" + oneSource
        let both = try await load(yaml, environment: Self.ours)
        #expect(both.plannerListener.host == "127.0.0.1" && both.plannerListener.port == 1)
        #expect(both.orchestratorListener.host == "localhost" && both.orchestratorListener.port == 2)
        #expect(
            both.notices == [
                "LIF_QUERY_PLANNER_LISTEN_HOST is set and not used: \"planner.host\" in the file wins.",
                "LIF_QUERY_PLANNER_LISTEN_PORT is set and not used: \"planner.port\" in the file wins.",
                "LIF_ORCHESTRATOR_LISTEN_PORT is set and not used: \"orchestrator.port\" in the file wins.",
            ])
    }

    @Test("What Kubernetes sets for a service of the component's name is no port")
    func kubernetes() async throws {
        let environment = [
            "LIF_ORCHESTRATOR_PORT": "tcp://10.0.0.7:8005", "LIF_QUERY_PLANNER_PORT": "tcp://10.0.0.8:8002",
        ]
        let configuration = try await load(oneSource, environment: environment)
        #expect(configuration.orchestratorListener.port == 8_005 && configuration.plannerListener.port == 8_002)
    }

    @Test("Values of variables that are none are refused by name, and not shown")
    func wrongVariables() async {
        let lines = await problems(
            oneSource,
            environment: [
                "LIF_QUERY_PLANNER_LISTEN_PORT": "s3cr3t", "LIF_ORCHESTRATOR_LISTEN_PORT": "65536",
                "LIF_OPEN": "s3cr3t",
            ])
        #expect(
            lines.sorted() == [
                "environment: LIF_OPEN must be \"true\" or \"false\"",
                "environment: LIF_ORCHESTRATOR_LISTEN_PORT must be a port from 0 to 65535",
                "environment: LIF_QUERY_PLANNER_LISTEN_PORT must be a port from 0 to 65535",
            ])
    }

    @Test(
        "Open components listen at all interfaces, or at their configured host", arguments: ["true", "TRUE", " true\n"])
    func open(value: String) async throws {
        for (yaml, environment) in [
            ("", ["LIF_OPEN": value]), ("planner: {open: true}\norchestrator: {open: true}\n", [:]),
        ] {
            let configuration = try await load(yaml + oneSource, environment: environment)
            for listener in [configuration.plannerListener, configuration.orchestratorListener] {
                #expect(listener.isOpen && listener.host == "0.0.0.0" && listener.token == nil)
            }
            #expect(configuration.notices.isEmpty)
        }
        let hosts = "planner: {host: 10.0.0.7}\norchestrator: {host: 127.0.0.1}\n" + oneSource
        let told = try await load(hosts, environment: ["LIF_OPEN": value])
        #expect(told.plannerListener.isOpen && told.plannerListener.host == "10.0.0.7")
        #expect(told.orchestratorListener.isOpen && told.orchestratorListener.host == "127.0.0.1")
    }

    @Test("Each component is open by itself, the file wins over LIF_OPEN, and no token is given up for it")
    func openOne() async throws {
        let one = try await load("planner: {open: true}\n" + oneSource)
        #expect(one.plannerListener.isOpen && !one.orchestratorListener.isOpen)
        #expect(one.orchestratorListener.host == "127.0.0.1")
        let yaml = "planner: {open: false}\norchestrator: {token: t}\n" + oneSource
        let closed = try await load(yaml, environment: ["LIF_OPEN": "true"])
        #expect(!closed.plannerListener.isOpen && !closed.orchestratorListener.isOpen)
        #expect(closed.plannerListener.host == "127.0.0.1" && closed.orchestratorListener.token == "t")
        #expect(closed.notices.count == 1)
        #expect(closed.notices.first?.hasPrefix("LIF_OPEN is set and not used: ") == true)
        // It has a say in one of them.
        let half = try await load("orchestrator: {token: t}\n" + oneSource, environment: ["LIF_OPEN": "true"])
        #expect(half.plannerListener.isOpen && !half.orchestratorListener.isOpen && half.notices.isEmpty)
    }

    @Test("Beyond loopback nothing listens that is neither open nor has a token, whoever says where")
    func unprotected() async {
        let file = await problems("planner: {host: 0.0.0.0}\n" + oneSource)
        #expect(file.count == 1)
        #expect(file.first?.contains("set the token, or permit that with \"planner.open: true\"") == true)
        let variable = await problems(oneSource, environment: ["LIF_ORCHESTRATOR_LISTEN_HOST": "0.0.0.0"])
        #expect(
            variable.first?.hasPrefix("environment: LIF_ORCHESTRATOR_LISTEN_HOST is not a loopback address") == true)
    }

    @Test("The mode of a token is taken where there is one, and goes with no open component")
    func tokenMode() async throws {
        let configuration = try await load(
            "planner: {host: 0.0.0.0, token: t, token_mode: accept}\norchestrator: {token: t}\n" + oneSource)
        #expect(configuration.plannerListener.tokenMode == .accept && configuration.plannerListener.acceptsNoToken)
        #expect(configuration.orchestratorListener.tokenMode == .enforce)
        for (yaml, problem) in [
            (
                "planner: {token_mode: accept}",
                "\"planner.token_mode\" is \"accept\", and there is no \"planner.token\""
            ),
            ("planner: {token: t, token_mode: log}", "it must be \"enforce\" or \"accept\""),
            ("orchestrator: {token: t, open: true}", "\"orchestrator.open\" stands beside \"orchestrator.token\""),
        ] {
            let lines = await problems(yaml + "\n" + oneSource)
            #expect(lines.count == 1 && lines.first?.contains(problem) == true, "\(lines)")
        }
    }

    @Test("Whom a component lets in holds after a restart")
    func restart() async throws {
        let former = try await load("planner: {token: t}\n" + oneSource)
        let new = try await load("planner: {token: t, token_mode: accept}\norchestrator: {open: true}\n" + oneSource)
        let changed = new.needsRestart(comparedWith: former)
        #expect(changed == ["planner.token_mode", "orchestrator.host", "orchestrator.open"])
    }
}
