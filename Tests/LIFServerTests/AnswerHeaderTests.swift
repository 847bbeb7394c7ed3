import LIFJSON
import LIFServer
import LIFTesting
import Testing

@Suite("Headers of answers", .timeLimit(.minutes(1)))
struct AnswerHeaderTests {
    @Test("No answer with learners' data may be kept by caches between, and no other that says nothing of it")
    func caches() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let id = try await server.finish(Jobs.job())
            for path in [
                "/jobs/\(id)", "/jobs/\(id)/result", "/orchestrator/get_job_result/\(id)", "/jobs/\(id)/log",
                "/jobs/\(id)/graph", "/jobs/\(id)/events", "/jobs", "/schedules", "/nothing", "/metrics",
            ] {
                for method in ["GET", "HEAD"] {
                    let head = try await Connection.open(port: server.port) { (connection) async throws in
                        try await connection.send(TestServer.request(method, path))
                        return try await connection.head()
                    }
                    #expect(head["Cache-Control"] == "no-store", "\(method) \(path)")
                }
            }
        }
        try await TestServer.planner(identities: MemoryIdentityStore()) { (server) async throws in
            let accepted = try await server.post("/query", Queries.name, Queries.respondAsync)
            let id = try #require(try accepted.json()["query_id"]?.string)
            let result = try await server.get("/query/\(id)", ["Prefer": "wait=15"])
            #expect(result.status == 200 && result["Cache-Control"] == "private, no-cache")
            var answers = [accepted, try await server.post("/query", Queries.name)]
            for path in [
                "/query/\(id)/status", "/query?id=\(id)", "/organizations/org/persons/1/mappings",
                "/query/\(id)x",
            ] {
                answers.append(try await server.get(path))
            }
            answers.append(try await server.post("/update", "{}"))
            #expect(answers.map(\.status) == [202, 200, 200, 200, 200, 404, 400])
            #expect(answers.allSatisfy { $0["Cache-Control"] == "no-store" })
        }
    }

    @Test("Both kinds of events ask a proxy not to collect them")
    func events() async throws {
        func head(_ path: String, of server: TestServer) async throws -> Connection.Answer {
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(TestServer.request("GET", path))
                return try await connection.head()
            }
        }
        try await TestServer.orchestrator { (server) async throws in
            let id = try await server.submit(Jobs.job())
            #expect(try await head("/jobs/\(id)/events", of: server)["X-Accel-Buffering"] == "no")
            #expect(try await server.get("/jobs/\(id)")["X-Accel-Buffering"] == nil)
        }
        try await TestServer.planner { (server) async throws in
            let accepted = try await server.post("/query", Queries.name, Queries.respondAsync)
            let id = try #require(try accepted.json()["query_id"]?.string)
            #expect(try await head("/query/\(id)/events", of: server)["X-Accel-Buffering"] == "no")
        }
    }

    @Test("A method that a path has no route for is 405, and the answer names those that it has")
    func methods() async throws {
        let id = "0123456789abcdef0123456789abcdef"
        func check(_ server: TestServer, _ cases: [(String, String, String?)]) async throws {
            for (method, path, allowed) in cases {
                let answer = try await server.send(method, path)
                #expect(answer.status == (allowed == nil ? 404 : 405), "\(method) \(path)")
                #expect(answer["Allow"] == allowed, "\(method) \(path)")
            }
        }
        try await TestServer.orchestrator { (server) async throws in
            try await check(
                server,
                [
                    ("PATCH", "/jobs", "GET, HEAD, POST"), ("OPTIONS", "/jobs/", "GET, HEAD, POST"),
                    ("PUT", "/jobs/\(id)", "DELETE, GET, HEAD"), ("GET", "/jobs/\(id)/retry", "POST"),
                    ("POST", "/jobs/%00/result", "DELETE, GET, HEAD"), ("PROPFIND", "/", "GET, HEAD"),
                    ("POST", "/health", "GET, HEAD"), ("POST", "/jobs/\(id)/nothing", nil), ("GET", "/nothing", nil),
                    ("POST", "/query", nil),
                ])
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(TestServer.request("HEAD", "/jobs/\(id)/retry"))
                let head = try await connection.head()
                #expect(head.status == 405 && head["Allow"] == "POST")
                try await connection.send(TestServer.request("GET", "/health"))
                #expect(try await connection.answer().status == 200)
            }
        }
        try await TestServer.planner { (server) async throws in
            try await check(
                server,
                [
                    ("DELETE", "/query", "GET, HEAD, POST"), ("GET", "/query_async", "POST"),
                    ("DELETE", "/query/\(id)", "GET, HEAD"),
                    // Without an embedded Identity Mapper there is no such route.
                    ("PUT", "/organizations/org/persons/1/mappings", nil),
                ])
        }
        try await TestServer.planner(TestSystem(), ListenerConfiguration(port: 0, token: "t")) {
            (server) async throws in
            #expect(try await server.send("DELETE", "/query").status == 401)
        }
    }

    @Test("Of an id that is given many times there is one entry, and many different ones are refused")
    func sameIDs() async throws {
        try await TestServer.planner { (server) async throws in
            let accepted = try await server.post("/query", Queries.name, Queries.respondAsync)
            let id = try #require(try accepted.json()["query_id"]?.string)
            let other = "0123456789abcdef0123456789abcdef"
            let ids = [other] + Array(repeating: id, count: 120) + [other]
            let answer = try await server.get(
                "/query?" + ids.map { "id=\($0)" }.joined(separator: "&"), ["Prefer": "wait=15"])
            #expect(answer.status == 200)
            let entries = try #require(try answer.json().array)
            #expect(entries.map { $0["query_id"]?.string } == [other, id])
            for (count, status) in [(100, 200), (101, 400)] {
                let many = (1...count).map { "id=\(other)\($0)" }.joined(separator: "&")
                #expect(try await server.get("/query?\(many)").status == status)
            }
        }
    }
}
