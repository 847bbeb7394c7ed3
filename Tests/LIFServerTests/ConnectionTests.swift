import LIFJSON
import LIFModel
import LIFServer
import LIFTesting
import Testing

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test("A connection is used again after a cold query, a cached one, a job and an error")
    func keepAlive() async throws {
        let scripted = TestSystem.answering
        try await TestServer.planner(TestSystem(["org1": scripted])) { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                for learner in ["1", "2", "1"] {
                    let body = Queries.query(#""Person.Name""#, learner: learner)
                    try await connection.send(TestServer.request("POST", "/query", body: body))
                    let answer = try await connection.answer()
                    #expect(answer.status == 200 && answer["Connection"] == nil)
                }
                try await connection.send(TestServer.request("POST", "/query", body: "{"))
                #expect(try await connection.answer().status == 400)
                try await connection.send(TestServer.request("GET", "/health"))
                #expect(try await connection.answer().status == 200)
            }
        }
        #expect(scripted.callCount == 2)
    }

    @Test("Requests that are sent without waiting for the answers are answered in order")
    func pipelined() async throws {
        try await TestServer.planner { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                let cold = TestServer.request("POST", "/query", body: Queries.name)
                try await connection.send(cold + cold + TestServer.request("GET", "/"))
                #expect(try await connection.answer().body.hasPrefix("[{"))
                #expect(try await connection.answer().body.hasPrefix("[{"))
                #expect(try await connection.answer().body == #"{"message":"LIF Query Planner"}"#)
            }
        }
    }

    @Test("A client that asks for it has the connection closed after a cold query")
    func close() async throws {
        try await TestServer.planner { (server) async throws in
            let rest = try await Connection.open(port: server.port) { (connection) async throws in
                let text = TestServer.request("POST", "/query", ["Connection": "close"], body: Queries.name)
                try await connection.send(text)
                #expect(try await connection.answer().status == 200)
                return try await connection.rest()
            }
            #expect(rest == "")
        }
    }

    @Test("What only a client that left was waiting for is cancelled, also on a connection that was used before")
    func disconnect() async throws {
        let slow = ScriptedOperator(TestSystem.step, .hang)
        try await TestServer.planner(TestSystem(["org1": slow])) { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(TestServer.request("POST", "/query", body: Queries.name))
                _ = try await connection.answer()
                let body = Queries.query(#""Person.Name""#, learner: "other")
                try await connection.send(TestServer.request("POST", "/query", body: body))
                try await slow.waitForCalls(2)
            }
            try await slow.waitForCancellations(1)
            #expect(try await server.get("/health").status == 200)
        }
    }

    @Test("A fetch that another client waits for too is not cancelled")
    func sharedFetch() async throws {
        let gate = Gate()
        let slow = ScriptedOperator(.after(gate, TestSystem.step))
        try await TestServer.planner(TestSystem(["org1": slow])) { (server) async throws in
            let text = TestServer.request("POST", "/query", body: Queries.name)
            let answer = try await Connection.open(port: server.port) { (staying) async throws in
                try await staying.send(text)
                try await slow.waitForCalls(1)
                try await Connection.open(port: server.port) { try await $0.send(text) }
                gate.open()
                return try await staying.answer()
            }
            #expect(answer.status == 200)
            #expect(slow.callCount == 1 && slow.cancellationCount == 0)
        }
    }

    @Test("A body that never ends is given up after the idle time-out")
    func unfinishedBody() async throws {
        let listener = ListenerConfiguration(port: 0, idleTimeout: .seconds(1))
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            let rest = try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(TestServer.request("POST", "/query", ["Content-Length": "100"], body: "{"))
                return try? await connection.rest()
            }
            #expect(rest?.contains("500") != true)
            #expect(try await server.get("/health").status == 200)
        }
    }

    @Test("A body that is no HTTP is a problem of the client's")
    func brokenChunks() async throws {
        try await TestServer.planner { (server) async throws in
            let rest = try await Connection.open(port: server.port) { (connection) async throws in
                let head = "POST /query HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                try await connection.send(head + "1\r\n{\r\nZZ\r\n")
                return try await connection.rest()
            }
            #expect(rest.hasPrefix("HTTP/1.1 400"))
            #expect(!rest.contains("InternalFault"))
        }
    }

    @Test("A stop does not wait for those who wait for a result")
    func stop() async throws {
        let system = TestSystem(["org1": ScriptedOperator(.hang)])
        try await TestServer.orchestrator(system) { (server) async throws in
            let submitted = try await server.post("/jobs", Jobs.job(async: true))
            let id = try #require(try submitted.json()["run_id"]?.string)
            let text = TestServer.request("GET", "/jobs/\(id)/result", ["Prefer": "wait=15"])
            let start = ContinuousClock.now
            let reads = system.reads.count
            let answer = try await Connection.open(port: server.port) { [server] (connection) async throws in
                try await connection.send(text)
                try await system.reads.wait(for: reads + 1)
                await server.stop()
                return try await connection.answer()
            }
            #expect(answer.status == 409)
            #expect(ContinuousClock.now - start < .seconds(14))
        }
    }
}
