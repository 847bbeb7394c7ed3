import Foundation
import LIFHTTP
import LIFJSON
import Testing

@Suite("One container a service, with the environment of a deployed system")
struct ContainerTests {
    private static let none = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH"
    private static let anyPort = ["LIF_QUERY_PLANNER_LISTEN_PORT": "0", "LIF_ORCHESTRATOR_LISTEN_PORT": "0"]

    /// Writes the file of an organisation without sources, and gives the environment of its planner.
    private static func withoutSources(_ home: Home, _ more: [String: String] = [:]) throws -> [String: String] {
        let file = home.folder.appending(path: "information_sources_config.yml")
        try Data("information_sources:\n".utf8).write(to: file)
        return anyPort.merging([none: file.path]) { first, _ in first }.merging(more) { first, _ in first }
    }

    @Test("A planner alone, open and without sources, needs no file of ours and no orchestrator")
    func openPlanner() async throws {
        try await Home.during { home in
            let environment = try Self.withoutSources(
                home, ["LIF_OPEN": "true", "LOG_LEVEL": "INFO", "DAGSTER_HOME": "/s3cr3t"])
            let process = try home.begin(
                ["serve", "--role", "planner", "--stop-with-parent"], environment: environment)
            let address = try await process.said("Query Planner at ")
            #expect(address.hasPrefix("http://0.0.0.0:"))
            let planner = address.replacing("0.0.0.0", with: "127.0.0.1")
            let answer = try await home.post(planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
            #expect(answer.status == 200 && answer.json == [])
            #expect(try await home.post(planner + "/query", Home.query(["100001"])).json == [])
            #expect(try await home.get(planner + "/").json["message"] == "LIF Query Planner")
            #expect(await process.stop() == 0)
            let log = process.errors
            #expect(log.contains("warning") && log.contains("The Query Planner is open: it answers at all interfaces"))
            #expect(!log.contains("The Orchestrator is open"))
            #expect(log.components(separatedBy: "There are no information sources").count == 2)
            #expect(log.components(separatedBy: "Set and not used: DAGSTER_HOME.").count == 2)
            #expect(!log.contains("s3cr3t"))
        }
    }

    @Test("A planner alone that gets sources without an orchestrator goes on without them, and says what it needs")
    func sourcesWithoutOrchestrator() async throws {
        try await Home.during { home in
            let environment = try Self.withoutSources(home)
            let process = try home.begin(
                ["serve", "--role", "planner", "--stop-with-parent"], environment: environment)
            let planner = try await process.said("Query Planner at ")
            let file = try #require(environment[Self.none])
            try Data("information_sources:\n\(Home.yaml("org2", port: 1))".utf8).write(
                to: URL(filePath: file), options: .atomic)
            try await eventually("it says so") {
                process.errors.contains("a planner alone needs an orchestrator for its sources")
            }
            let answer = try await home.post(planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
            #expect(answer.status == 200 && answer.json == [])
            #expect(await process.stop() == 0)
            let started = try await LIFProcess.run(
                ["serve", "--role", "planner"], environment: environment, folder: home.folder)
            #expect(started.code == 1 && started.errors.contains("LIF_ORCHESTRATOR_URL"))
        }
    }

    @Test("Without sources, what the LIF Cache has is answered")
    func cacheAlone() async throws {
        try await Home.during { home in
            let cache = try await StandInServer.start { exchange in
                exchange.answer(
                    #"[{"Person":[{"Identifier":[{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}],"Name":[{"firstName":"Ada"}]}]}]"#
                )
            }
            home.atEnd { await cache.stop() }
            let process = try home.begin(
                ["serve", "--stop-with-parent"],
                environment: try Self.withoutSources(
                    home, ["LIF_QUERY_CACHE_URL": "http://127.0.0.1:\(cache.port)"]))
            let planner = try await process.said("Query Planner at ")
            let answer = try await home.post(planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
            #expect(answer.json.person?["Name"]?.array?.first?["firstName"] == "Ada")
            let whole = try await home.post(planner + "/query", Home.query(["100001"]))
            #expect(whole.json.person?["Name"]?.array?.first?["firstName"] == "Ada")
        }
    }

    @Test("A planner that knows a token answers who sends none while it is configured to, and logs who that was")
    func acceptThenEnforce() async throws {
        try await Home.during { home in
            let source = try await home.source()
            func serve(_ mode: String) async throws -> Home.Server {
                let settings = "planner: {port: 0, host: 0.0.0.0, token: s3cret, token_mode: \(mode)}\n"
                let server = try await home.serve(home.configuration(sources: source.yaml("hr"), settings: settings))
                return Home.Server(
                    process: server.process, planner: server.planner.replacing("0.0.0.0", with: "127.0.0.1"),
                    orchestrator: server.orchestrator)
            }
            func ask(_ server: Home.Server, _ headers: [(name: String, value: String)] = []) async throws -> Int {
                try await home.post(server.planner + "/query", Home.query(["100001"]), headers: headers).status
            }
            let accepting = try await serve("accept")
            #expect(try await ask(accepting) == 200)
            #expect(try await ask(accepting, [("X-API-Key", "wrong")]) == 401)
            let metrics = try await home.get(
                accepting.planner + "/metrics", headers: [("Authorization", "Bearer s3cret")])
            let text = String(decoding: metrics.response.body, as: UTF8.self)
            #expect(text.contains(#"lif_requests_without_token_total{component="query-planner"} 1"#))
            #expect(await accepting.process.stop() == 0)
            let log = accepting.process.errors
            #expect(log.contains("planner.token_mode: accept"))
            #expect(log.contains("A request came without the token") && log.contains("address=127.0.0.1"))
            let enforcing = try await serve("enforce")
            #expect(try await ask(enforcing) == 401)
            #expect(try await ask(enforcing, [("X-API-Key", "s3cret")]) == 200)
        }
    }

    @Test("Beyond loopback nothing starts that is neither open nor has a token")
    func refused() async throws {
        try await Home.during { home in
            let environment = try Self.withoutSources(home, ["LIF_QUERY_PLANNER_LISTEN_HOST": "0.0.0.0"])
            let ended = try await LIFProcess.run(["serve"], environment: environment, folder: home.folder)
            #expect(ended.code == 1)
            #expect(ended.errors.contains("LIF_QUERY_PLANNER_LISTEN_HOST is not a loopback address"))
        }
    }

    @Test("A token with a line break at its end, as a file gives it, is taken for what it is")
    func trimmedToken() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let settings = "planner: {port: 0, token: \"${PLANNER_TOKEN}\"}\n"
            let file = try home.configuration(sources: source.yaml("hr"), settings: settings)
            let server = try await home.serve(file, environment: ["PLANNER_TOKEN": "s3cret\n"])
            let asked = try await LIFProcess.run(
                ["query", "--learner", "SCHOOL_ASSIGNED_NUMBER:100001", "--url", server.planner],
                environment: ["LIF_TOKEN": "s3cret\n"], folder: home.folder)
            #expect(asked.code == 0, "\(asked.errors)")
        }
    }
}
