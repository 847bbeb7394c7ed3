import LIFJSON
import LIFModel
import LIFServer
import LIFTesting
import Testing

@Suite("An open component, and one that takes requests without its token", .timeLimit(.minutes(1)))
struct OpenAccessTests {
    private static let mappings = "/organizations/us/persons/1/mappings"
    private static let accepting = ListenerConfiguration(
        host: "0.0.0.0", port: 0, token: "s3cret", tokenMode: .accept)

    @Test(
        "An open component answers by any name of a container network, without a token",
        arguments: ["lif-query-planner-org1:8002", "query-planner-org1.lif.demo.aws:8002", "10.0.0.7", "localhost"])
    func openNames(host: String) async throws {
        let listener = ListenerConfiguration(port: 0, isOpen: true)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            #expect(try await server.post("/query", Queries.name, ["Host": host]).status == 200)
            #expect(try await server.post("/orchestration/results", "{}", ["Host": host]).status == 200)
        }
        try await TestServer.orchestrator(TestSystem(), listener) { (server) async throws in
            #expect(try await server.post("/jobs", Jobs.job(async: true), ["Host": host]).status == 200)
        }
    }

    @Test("Allowed hosts limit the names of an open component too")
    func openAllowedHosts() async throws {
        let listener = ListenerConfiguration(port: 0, isOpen: true, allowedHosts: ["lif-query-planner-org1:8002"])
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            for (host, status) in [
                ("lif-query-planner-org1:8002", 200), ("LIF-Query-Planner-Org1:8002", 200), ("evil.example:8002", 421),
            ] {
                #expect(try await server.post("/query", Queries.name, ["Host": host]).status == status)
            }
        }
    }

    @Test("An open component refuses what a browser sends for a page of any site, under whatever name")
    func openOtherSites() async throws {
        let listener = ListenerConfiguration(port: 0, isOpen: true)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            for headers in [
                ["Origin": "https://evil.example"], ["Sec-Fetch-Site": "cross-site"],
                ["Host": "evil.example", "Origin": "http://evil.example"],
            ] {
                #expect(try await server.post("/query", Queries.name, headers).status == 421)
            }
        }
    }

    @Test("An open component neither shows nor changes identities")
    func openIdentities() async throws {
        let listener = ListenerConfiguration(port: 0, isOpen: true)
        try await TestServer.planner(TestSystem(), listener, identities: MemoryIdentityStore()) {
            (server) async throws in
            for (method, path) in [
                ("GET", Self.mappings), ("POST", Self.mappings), ("DELETE", Self.mappings + "/7"),
                ("POST", "/identity_mappings/import"),
            ] {
                let answer = try await server.send(method, path, ["X-API-Key": "guess"], body: "[]")
                #expect(answer.status == 401, "\(method) \(path)")
                #expect(try answer.json()["detail"]?.string?.contains("planner.token_mode: accept") == true)
            }
        }
    }

    @Test(
        "With token_mode accept, a component answers who brings no token, and still refuses a wrong one",
        arguments: [
            ([:], 200), (["Authorization": "Bearer "], 200), (["X-API-Key": " "], 200),
            (["Authorization": "Basic abc"], 200), (["X-API-Key": "s3cret"], 200),
            (["Authorization": "Bearer s3cret "], 200), (["X-API-Key": "wrong"], 401),
            (["Authorization": "Bearer wrong"], 401), (["Authorization": "Bearer wrong", "X-API-Key": "s3cret"], 200),
            (["Origin": "https://evil.example"], 421),
        ])
    func accepting(headers: [String: String], status: Int) async throws {
        let headers = headers.merging(["Host": "lif-query-planner-org1:8002"]) { first, _ in first }
        try await TestServer.planner(TestSystem(), Self.accepting) { (server) async throws in
            #expect(try await server.post("/query", Queries.name, headers).status == status)
            #expect(try await server.post("/orchestration/results", "{}", headers).status == status)
        }
        try await TestServer.orchestrator(TestSystem(), Self.accepting) { (server) async throws in
            #expect(try await server.post("/jobs", Jobs.job(async: true), headers).status == status)
        }
    }

    @Test("What must not be open stays closed: identities, and results where they have a token of their own")
    func staysClosed() async throws {
        var listener = Self.accepting
        listener.resultsToken = "r3sults"
        try await TestServer.planner(TestSystem(), listener, identities: MemoryIdentityStore()) {
            (server) async throws in
            #expect(try await server.get(Self.mappings).status == 401)
            #expect(try await server.get(Self.mappings, ["X-API-Key": "r3sults"]).status == 401)
            #expect(try await server.get(Self.mappings, ["X-API-Key": "s3cret"]).status == 200)
            #expect(try await server.post("/orchestration/results", "{}").status == 401)
            for token in ["r3sults", "s3cret"] {
                let answer = try await server.post("/orchestration/results", "{}", ["X-API-Key": token])
                #expect(answer.status == 200)
            }
            #expect(try await server.post("/query", Queries.name).status == 200)
        }
    }

    @Test("On loopback, who brings no token must still name the server by one of its names")
    func acceptingOnLoopback() async throws {
        let listener = ListenerConfiguration(port: 0, token: "s3cret", tokenMode: .accept)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            #expect(try await server.post("/query", Queries.name, ["Host": "evil.example"]).status == 421)
            #expect(try await server.post("/query", Queries.name).status == 200)
            let withToken = ["Host": "evil.example", "X-API-Key": "s3cret"]
            #expect(try await server.post("/query", Queries.name, withToken).status == 200)
        }
    }

    @Test("Requests without the token are counted, and each address is logged once in a while")
    func noted() async throws {
        let log = RecordedLog()
        let system = TestSystem(log: log)
        try await TestServer.planner(system, Self.accepting) { (server) async throws in
            for _ in 0..<3 { #expect(try await server.post("/query", Queries.name).status == 200) }
            #expect(try await server.post("/query", Queries.name, ["X-API-Key": "s3cret"]).status == 200)
            #expect(try await server.get("/health").status == 200)
            #expect(try await server.post("/query", Queries.name, ["X-API-Key": "wrong"]).status == 401)
            let metrics = try await server.get("/metrics", ["X-API-Key": "s3cret"]).body
            #expect(metrics.contains(#"lif_requests_without_token_total{component="query-planner"} 3"#))
            #expect(metrics.contains("# HELP lif_requests_without_token_total "))
        }
        let lines = log.lines.filter { $0.contains("without the token") }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("warning ") == true)
        #expect(lines.first?.contains("127.0.0.1") == true && lines.first?.contains("/query") == true)
        #expect(!log.lines.joined().contains("s3cret"))
    }

    @Test("A component that answers without a token warns of it when it starts, and says where")
    func warnings() {
        let open = ListenerConfiguration(host: "0.0.0.0", port: 8_002, isOpen: true).warnings(for: .queryPlanner)
        #expect(open.count == 1)
        #expect(open.first?.contains("all interfaces (0.0.0.0), port 8002, without a token") == true)
        let named = ListenerConfiguration(host: "10.0.0.7", port: 8_005, isOpen: true).warnings(for: .orchestrator)
        #expect(named.first?.contains("answers at 10.0.0.7, port 8005") == true)
        let accepting = Self.accepting.warnings(for: .queryPlanner)
        #expect(accepting.count == 1 && accepting.first?.contains("planner.token_mode to enforce") == true)
        #expect(!accepting.joined().contains("s3cret"))
        for quiet in [ListenerConfiguration(port: 1), ListenerConfiguration(host: "0.0.0.0", port: 1, token: "t")] {
            #expect(quiet.warnings(for: .queryPlanner).isEmpty)
        }
    }
}
