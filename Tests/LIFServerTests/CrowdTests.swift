import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFServer
import LIFTesting
import LIFWorkflow
import Testing

/// More clients than a server has connections or memory for.
@Suite("A crowded server", .timeLimit(.minutes(1)))
struct CrowdTests {
    private static let half = "GET /health HTTP/1.1\r\nHost: loc"

    /// Connections with something sent over each, held open while the body runs.
    private static func holding<Value: Sendable>(
        _ count: Int, at server: TestServer, sending text: String,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if count == 0 { return try await body() }
        return try await Connection.open(port: server.port) { (connection) async throws in
            try await connection.send(text)
            return try await Self.holding(count - 1, at: server, sending: text, body)
        }
    }

    @Test("Clients that send nothing or half a head keep nobody out")
    func halfHeads() async throws {
        let listener = ListenerConfiguration(port: 0, maximumConnections: 4)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            for text in [Self.half, ""] {
                try await Self.holding(40, at: server, sending: text) { () async throws in
                    #expect(try await server.get("/health").status == 200)
                    #expect(try await server.get("/metrics").status == 200)
                    #expect(try await server.post("/query", Queries.name).status == 200)
                }
            }
        }
    }

    @Test("When all connections have a request in work, others are refused, but can ask how the server is")
    func allWork() async throws {
        let gate = Gate()
        let slow = ScriptedOperator(.after(gate, TestSystem.step))
        let listener = ListenerConfiguration(port: 0, maximumConnections: 2)
        try await TestServer.planner(TestSystem(["org1": slow]), listener) { (server) async throws in
            let query = TestServer.request("POST", "/query", body: Queries.name)
            try await Connection.open(port: server.port) { (first) async throws in
                try await first.send(query)
                try await slow.waitForCalls(1)
                let other = TestServer.request("POST", "/query", body: Queries.query("", learner: "2"))
                try await Self.holding(1, at: server, sending: other) { () async throws in
                    try await slow.waitForCalls(2)
                    let refused = try await server.get("/")
                    #expect(refused.status == 503)
                    #expect(refused["Retry-After"] != nil)
                    #expect(refused.body.contains("Overloaded"))
                    #expect(try await server.get("/health").status == 200)
                    #expect(try await server.get("/metrics").status == 200)
                    gate.open()
                }
                #expect(try await first.answer().status == 200)
            }
            #expect(try await server.get("/").status == 200)
        }
    }

    @Test("A head that trickles in is cut off, however often a byte of it comes")
    func tricklingHead() async throws {
        let listener = ListenerConfiguration(port: 0, idleTimeout: .seconds(1))
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
                var bytes = 0
                while bytes < 200, (try? await connection.send("x")) != nil {
                    bytes += 1
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(bytes < 200)
            }
        }
    }

    @Test(
        "A body that trickles in on a route that wants it is cut off, however often a byte of it comes",
        arguments: ["Content-Length: 100000", "Transfer-Encoding: chunked"])
    func tricklingBody(field: String) async throws {
        let listener = ListenerConfiguration(port: 0, idleTimeout: .seconds(1))
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send("POST /query HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n\r\n")
                let piece = field.hasPrefix("T") ? "1\r\n \r\n" : " "
                var bytes = 0
                while bytes < 200, (try? await connection.send(piece)) != nil {
                    bytes += 1
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(bytes < 200)
            }
            // Slow, but fast enough.
            try await Connection.open(port: server.port) { (connection) async throws in
                let body = Queries.name + String(repeating: " ", count: 6_000)
                try await connection.send(
                    "POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
                for start in stride(from: 0, to: body.utf8.count, by: 400) {
                    try await connection.send(String(body.dropFirst(start).prefix(400)))
                    try await Task.sleep(for: .milliseconds(150))
                }
                #expect(try await connection.answer().status == 200)
            }
        }
    }

    /// Begins a request whose body has its room when this returns, and is still to come.
    private static func beginBody(_ connection: inout Connection, length: Int) async throws {
        try await connection.send(
            "POST /query HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: \(length)\r\n\r\n")
        #expect(try await connection.head().status == 100)
    }

    @Test("A body that there is no room for is read when another one has come")
    func bodyBudget() async throws {
        let size = Queries.name.utf8.count
        let source = ScriptedOperator(TestSystem.step)
        let listener = ListenerConfiguration(port: 0, bodyBudget: size + 10)
        try await TestServer.planner(TestSystem(["org1": source]), listener) { (server) async throws in
            try await Connection.open(port: server.port) { (first) async throws in
                try await Self.beginBody(&first, length: size)
                async let second = server.post("/query", Queries.query("", learner: "2"))
                // Requests without a body go on.
                for _ in 0..<20 { #expect(try await server.get("/health").status == 200) }
                #expect(source.callCount == 0)
                try await first.send(Queries.name)
                #expect(try await first.answer().status == 200)
                #expect(try await second.status == 200)
            }
            // Alone, a body may be larger than all of them together.
            let large = Queries.name + String(repeating: " ", count: 1_000)
            #expect(try await server.post("/query", large).status == 200)
            #expect(try await server.post("/query", large, ["Expect": "other"]).status != 503)
        }
    }

    @Test("A request that has been read and waits for a source keeps no other body out")
    func parsedBody() async throws {
        let gate = Gate()
        let slow = ScriptedOperator(.after(gate, TestSystem.step))
        let listener = ListenerConfiguration(port: 0, bodyBudget: Queries.name.utf8.count + 10)
        try await TestServer.planner(TestSystem(["org1": slow]), listener) { (server) async throws in
            try await Connection.open(port: server.port) { (first) async throws in
                try await first.send(TestServer.request("POST", "/query", body: Queries.name))
                try await slow.waitForCalls(1)
                try await Connection.open(port: server.port) { (second) async throws in
                    try await second.send(TestServer.request("POST", "/query", body: Queries.query("", learner: "2")))
                    try await slow.waitForCalls(2)
                    gate.open()
                    #expect(try await second.answer().status == 200)
                }
                #expect(try await first.answer().status == 200)
            }
        }
    }

    @Test("Clients that announce long bodies and send little of them keep no other body out")
    func announced() async throws {
        let listener = ListenerConfiguration(port: 0, bodyBudget: 1 << 20)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            try await Connection.open(port: server.port) { (first) async throws in
                try await Self.beginBody(&first, length: 1 << 19)
                try await Connection.open(port: server.port) { (second) async throws in
                    try await Self.beginBody(&second, length: 1 << 19)
                    let start = ContinuousClock.now
                    #expect(try await server.post("/query", Queries.name).status == 200)
                    #expect(ContinuousClock.now - start < .seconds(8))
                }
            }
        }
    }

    @Test("More long bodies at the same time than there is room for come to their ends, each")
    func longBodies() async throws {
        let listener = ListenerConfiguration(port: 0, bodyBudget: 1 << 18)
        let body = Queries.name + String(repeating: " ", count: 1 << 17)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await server.post("/query", body).status } }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test("Results of many parts are streamed, whole and in the order of the plan")
    func streamedResults() async throws {
        let system = TestSystem()
        try await TestServer.orchestrator(system) { (server) async throws in
            let parts = (0..<11).map { Jobs.part(learner: "learner-\($0)") }
            let job = #"{"lif_query_plan":[\#(parts.joined(separator: ","))],"async":true}"#
            let id = try await server.finish(job)
            let answer = try await server.get("/jobs/\(id)/result")
            #expect(answer.status == 200 && answer["Transfer-Encoding"] == "chunked")
            let json = try answer.json()
            let jobID = try #require(JobID(id))
            let whole = try await system.orchestrator.results(jobID).json
            #expect(answer.body == #"{"job_id":"\#(id)","result":\#(whole.text)}"#)
            #expect(json["result"]?["query_plan_part_results"]?.array?.count == 11)
            let few = try await server.finish(Jobs.job())
            #expect(try await server.get("/jobs/\(few)/result")["Content-Length"] != nil)
        }
    }
}
