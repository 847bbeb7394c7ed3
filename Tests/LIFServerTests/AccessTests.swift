import LIFJSON
import LIFModel
import LIFServer
import LIFTesting
import Testing

@Suite("Who is let in", .timeLimit(.minutes(1)))
struct AccessTests {
    @Test(
        "A loopback name is let in, with a port and without",
        arguments: ["localhost", "localhost:8002", "LocalHost:1", "127.0.0.1", "127.0.0.1:8002", "[::1]", "[::1]:8002"])
    func loopback(host: String) async throws {
        try await TestServer.planner { (server) async throws in
            #expect(try await server.get("/metrics", ["Host": host]).status == 200)
        }
    }

    @Test(
        "Another host's name is refused",
        arguments: [
            "evil.example", "evil.example:8002", "localhost.evil.example", "127.0.0.1.evil.example:8002", "[::2]:8002",
        ])
    func foreign(host: String) async throws {
        try await TestServer.planner { (server) async throws in
            let answer = try await server.post("/query", Queries.name, ["Host": host])
            #expect(answer.status == 421)
            #expect(try answer.json()["code"] == "HostNotAllowed")
        }
    }

    @Test(
        "What is no host is not valid, whoever sends it",
        arguments: ["", ":8002", "localhost:8002:80", "localhost@evil.example", "[::1", "localhost:80a"])
    func notHosts(host: String) async throws {
        try await TestServer.planner { (server) async throws in
            let answer = try await server.post("/query", Queries.name, ["Host": host])
            #expect(answer.status == 400)
            #expect(try answer.json()["code"] == "QueryNotValid")
        }
    }

    @Test("HTTP/1.0 without a Host, which no browser sends, is let in; with another host's name it is refused")
    func noHost() async throws {
        try await TestServer.planner { (server) async throws in
            for (path, fields, status) in [
                ("/metrics", "", "200"), ("/health", "", "200"), ("/", "", "200"),
                ("/metrics", "Host: evil.example\r\n", "421"), ("/metrics", "Origin: https://evil.example\r\n", "421"),
            ] {
                let rest = try await Connection.open(port: server.port) { (connection) async throws in
                    try await connection.send("GET \(path) HTTP/1.0\r\n\(fields)\r\n")
                    return try await connection.rest()
                }
                #expect(rest.hasPrefix("HTTP/1.0 \(status) "), "\(path) \(fields)")
            }
        }
    }

    @Test(
        "Without a token, what a browser sends for a page of another site is refused, whatever it asks for",
        arguments: [
            ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": "http://localhost.evil.example:8002"],
            ["Origin": "http://localhost@evil.example"], ["Origin": ""], ["Origin": "https://evil.example://localhost"],
            ["Sec-Fetch-Site": "cross-site"], ["Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"],
        ])
    func otherSites(headers: [String: String]) async throws {
        // As a page's form sends it: no browser asks for leave first.
        let headers = headers.merging(["Content-Type": "text/plain"]) { first, _ in first }
        try await TestServer.orchestrator { (server) async throws in
            let answer = try await server.post("/jobs", Jobs.job(async: true), headers)
            #expect(answer.status == 421)
            #expect(try answer.json()["code"] == "HostNotAllowed")
            #expect(try await server.get("/jobs", headers).status == 421)
            #expect(try await server.get("/health", headers).status == 200)
            #expect(try await server.get("/jobs").body == #"{"jobs":[],"next":null}"#)
        }
    }

    @Test(
        "Without a token, pages of the server's own names are let in, and whoever is no browser",
        arguments: [
            ["Origin": "http://localhost:3000"], ["Origin": "http://127.0.0.1:8002", "Sec-Fetch-Site": "same-origin"],
            ["Origin": "https://planner.example", "Sec-Fetch-Site": "cross-site"], ["Origin": "http://[::1]:1"],
            ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"], [:],
        ])
    func ownPages(headers: [String: String]) async throws {
        let listener = ListenerConfiguration(port: 0, allowedHosts: ["planner.example"])
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            #expect(try await server.post("/query", Queries.name, headers).status == 200)
        }
    }

    @Test("With a token a page of another site may come in, as it has been given the token")
    func otherSiteWithToken() async throws {
        let headers = ["Origin": "https://ui.example", "Sec-Fetch-Site": "cross-site"]
        try await TestServer.planner(TestSystem(), ListenerConfiguration(port: 0, token: "t")) {
            (server) async throws in
            #expect(try await server.get("/metrics", headers).status == 401)
            #expect(
                try await server.get("/metrics", headers.merging(["X-API-Key": "t"]) { _, new in new }).status == 200)
        }
    }

    @Test("Allowed hosts are let in beside loopback ones, also with a token")
    func allowedHosts() async throws {
        for token in [nil, "t"] {
            let listener = ListenerConfiguration(port: 0, token: token, allowedHosts: ["Planner.example"])
            let headers = token.map { ["X-API-Key": $0] } ?? [:]
            try await TestServer.planner(TestSystem(), listener) { (server) async throws in
                for (host, status) in [("planner.example:80", 200), ("localhost", 200), ("other.example", 421)] {
                    let answer = try await server.get("/metrics", headers.merging(["Host": host]) { _, new in new })
                    #expect(answer.status == status)
                }
            }
        }
    }

    @Test("With a token and no allowed hosts any host's name is let in")
    func anyHost() async throws {
        let listener = ListenerConfiguration(port: 0, token: "t")
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            #expect(try await server.get("/metrics", ["Host": "any.example", "X-API-Key": "t"]).status == 200)
        }
    }

    @Test(
        "Where a token is configured, only it opens the routes",
        arguments: [
            (["Authorization": "Bearer s3cret"], 200), (["Authorization": "bearer s3cret"], 200),
            (["X-API-Key": "s3cret"], 200), (["X-API-Key": "wrong!", "Authorization": "Bearer s3cret"], 200),
            ([:], 401),
            (["Authorization": "Bearer wrong!"], 401), (["Authorization": "Bearer "], 401),
            (["Authorization": "Bearer"], 401), (["Authorization": "s3cret"], 401),
            (["Authorization": "Basic s3cret"], 401), (["X-API-Key": ""], 401), (["X-API-Key": "s3cre"], 401),
            (["X-API-Key": "s3cret2"], 401), (["X-API-Key": "S3cret"], 401),
        ])
    func token(headers: [String: String], status: Int) async throws {
        let listener = ListenerConfiguration(port: 0, token: "s3cret")
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            let answer = try await server.post("/query", Queries.name, headers)
            #expect(answer.status == status)
            if status == 401 {
                #expect(try answer.json()["code"] == "NotAuthorized")
                #expect(answer["WWW-Authenticate"] == "Bearer")
                #expect(!answer.body.contains("s3cret"))
            }
            #expect(try await server.get("/metrics", headers).status == status)
            #expect(try await server.get("/nothing", headers).status == (status == 200 ? 404 : 401))
        }
        try await TestServer.orchestrator(TestSystem(), listener) { (server) async throws in
            #expect(try await server.post("/jobs", Jobs.job(async: true), headers).status == status)
        }
    }

    @Test("An empty token lets nobody in")
    func emptyToken() async throws {
        try await TestServer.planner(TestSystem(), ListenerConfiguration(port: 0, token: "")) { (server) async throws in
            for headers in [[:], ["X-API-Key": ""], ["X-API-Key": "x"], ["Authorization": "Bearer "]] {
                #expect(try await server.get("/metrics", headers).status == 401)
            }
        }
    }

    @Test("Health needs neither token nor one of the names, and is 503 when the store fails")
    func health() async throws {
        let listener = ListenerConfiguration(port: 0, token: "t", allowedHosts: ["planner.example"])
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            let answer = try await server.get("/health", ["Host": "10.0.0.7:8002"])
            #expect(answer.status == 200 && answer.body == #"{"status":"ok"}"#)
        }
        let errors: [any Error] = [HookedJournal.damaged, CancellationError()]
        for error in errors {
            let isReady: @Sendable () async throws -> Void = { throw error }
            try await TestServer.orchestrator(TestSystem(), listener, isReady: isReady) { (server) async throws in
                let answer = try await server.get("/health")
                #expect(answer.status == 503 && answer["Retry-After"] == "1")
                #expect(answer["Content-Type"] == "application/problem+json")
            }
        }
    }

    @Test("Each component says at its root what it is, whoever asks by whatever name")
    func root() async throws {
        try await TestServer.planner { (server) async throws in
            #expect(try await server.get("/").body == #"{"message":"LIF Query Planner"}"#)
        }
        try await TestServer.orchestrator { (server) async throws in
            #expect(try await server.get("/").body == #"{"message":"LIF Orchestrator"}"#)
        }
        // A load balancer of a deployed system asks so, by an address and without a token.
        let listener = ListenerConfiguration(port: 0, token: "t", allowedHosts: ["planner.example"])
        for headers in [[:], ["Host": "10.0.0.7:8002"], ["X-API-Key": "wrong"]] {
            try await TestServer.planner(TestSystem(), listener) { (server) async throws in
                #expect(try await server.get("/", headers).status == 200)
            }
            try await TestServer.orchestrator(TestSystem(), listener) { (server) async throws in
                #expect(try await server.get("/", headers).status == 200)
            }
        }
    }
}
