import LIFJSON
import LIFModel
import LIFTesting
import Testing

@Suite("Queries that take longer than their client waits", .timeLimit(.minutes(1)))
struct LongQueryTests {
    private static func held(by gate: Gate, timeout: Duration = .seconds(15)) -> TestSystem {
        TestSystem(["org1": ScriptedOperator(.after(gate, TestSystem.step))], timeout: timeout)
    }

    /// - Returns: The query's id.
    private static func expectAccepted(
        _ answer: Connection.Answer, location: (String) -> String = { "/query/\($0)" }
    ) throws -> String {
        #expect(answer.status == 202)
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Retry-After"] == "1")
        let id = try #require(try answer.json()["query_id"]?.string)
        #expect(answer.body == #"{"query_id":"\#(id)","status":"PENDING","error_message":null}"#)
        #expect(answer["Location"] == location(id))
        return id
    }

    @Test(
        "Who asked for it gets 202 and an id, under which the query's status and then its result are read",
        arguments: [["Prefer": "respond-async"], ["Prefer": "wait=0"], ["Prefer": "foo, RESPOND-ASYNC; x=1"]])
    func accepted(headers: [String: String]) async throws {
        let gate = Gate()
        try await TestServer.planner(Self.held(by: gate)) { (server) async throws in
            let id = try Self.expectAccepted(try await server.post("/query", Queries.name, headers))
            let pending = try await server.get("/query/\(id)/status")
            #expect(pending.status == 200)
            #expect(pending.body.hasPrefix(#"{"query_id":"\#(id)","status":"P"#))
            #expect(try pending.json()["error_message"] == .null)
            #expect(try Self.expectAccepted(try await server.get("/query/\(id)")) == id)
            gate.open()
            let result = try await server.get("/query/\(id)", ["Prefer": "wait=30"])
            #expect(result.status == 200)
            #expect(result["Content-Type"] == "application/vnd.lif.result+json")
            let document = try result.json()
            #expect(document["correlation_id"] == .string(id))
            #expect(document["records"]?.array?.count == 1)
            #expect(document["parts"]?.array?.map { $0["outcome"] } == ["fetched", "fetched"])
            let completed = try await server.get("/query/\(id)/status")
            #expect(
                completed.body.hasPrefix(#"{"query_id":"\#(id)","status":"COMPLETED","error_message":null,"#))
            #expect(try completed.json()["progress"]?["fetched"]?.number?.int == 2)
        }
    }

    @Test("What the cache has is answered at once, whatever the client prefers")
    func cached() async throws {
        try await TestServer.planner { (server) async throws in
            let cold = try await server.post("/query", Queries.name)
            for headers in [Queries.respondAsync, ["Prefer": "wait=0"], ["Prefer": "respond-async, wait=0"]] {
                let warm = try await server.post("/query", Queries.name, headers)
                #expect(warm.status == 200 && warm.body == cold.body)
            }
            let asynchronous = try await server.post("/query_async", Queries.name)
            #expect(asynchronous.status == 200 && asynchronous.body == cold.body)
        }
    }

    @Test("A compatible client past the time-out gets 408, whose Location says where the query goes on")
    func timeout() async throws {
        let gate = Gate()
        try await TestServer.planner(Self.held(by: gate, timeout: .milliseconds(50))) { (server) async throws in
            let answer = try await server.post("/query", Queries.name)
            #expect(answer.status == 408)
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(try answer.json()["code"] == "QueryTimeout")
            let location = try #require(answer["Location"])
            #expect(try await server.get(location).status == 202)
            gate.open()
            #expect(try await server.get(location, ["Prefer": "wait=30"]).status == 200)
            // The client that asks again finds it in the cache.
            #expect(try await server.post("/query", Queries.name).status == 200)
        }
    }

    @Test("A client that understands 202 gets it past the time-out; its wait cannot be longer than that")
    func nativeTimeout() async throws {
        let gate = Gate()
        try await TestServer.planner(Self.held(by: gate, timeout: .milliseconds(50))) { (server) async throws in
            for headers in [Queries.native, ["Prefer": "wait=86400"], ["Prefer": "wait=\"3600\""]] {
                _ = try Self.expectAccepted(try await server.post("/query", Queries.name, headers))
            }
            gate.open()
        }
    }

    @Test("POST /query_async answers 202 with the place of the status")
    func queryAsync() async throws {
        let gate = Gate()
        try await TestServer.planner(Self.held(by: gate)) { (server) async throws in
            let answer = try await server.post("/query_async", Queries.name)
            let id = try Self.expectAccepted(answer) { "/query/\($0)/status" }
            gate.open()
            _ = try await server.get("/query/\(id)", ["Prefer": "wait=30"])
            let status = try await server.get("/query/\(id)/status").json()
            #expect(status["status"] == "COMPLETED")
            #expect(try await server.post("/query_async", Queries.name).status == 200)
        }
    }

    @Test("A query that ends without an answer is FAILED, and its result is the problem")
    func failed() async throws {
        let gate = Gate()
        let failing = ScriptedOperator(.after(gate, .failure(TestSystem.unreachable)))
        let system = TestSystem(["org1": failing, "partner two": failing])
        try await TestServer.planner(system) { (server) async throws in
            let id = try Self.expectAccepted(try await server.post("/query", Queries.name, Queries.respondAsync))
            gate.open()
            let result = try await server.get("/query/\(id)", ["Prefer": "wait=30"])
            #expect(result.status == 503)
            #expect(try result.json()["code"] == "SourcesNotAvailable")
            let status = try await server.get("/query/\(id)/status").json()
            #expect(status["status"] == "FAILED")
            let reason = try #require(status["error_message"]?.string)
            #expect(try result.json()["detail"]?.string?.contains(reason) == true)
            #expect(result["Retry-After"] == nil, "Nothing changes by waiting")
        }
    }

    @Test("An asynchronous query goes on when its client leaves")
    func clientLeaves() async throws {
        let gate = Gate()
        let scripted = ScriptedOperator(.after(gate, TestSystem.step))
        try await TestServer.planner(TestSystem(["org1": scripted])) { (server) async throws in
            let id = try Self.expectAccepted(try await server.post("/query", Queries.name, Queries.respondAsync))
            let text = TestServer.request("GET", "/query/\(id)", ["Prefer": "wait=60"])
            try await Connection.open(port: server.port) { try await $0.send(text) }
            gate.open()
            #expect(try await server.get("/query/\(id)", ["Prefer": "wait=30"]).status == 200)
            #expect(scripted.cancellationCount == 0)
        }
    }
}
