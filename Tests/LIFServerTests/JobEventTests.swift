import LIFConcurrency
import LIFJSON
import LIFJournal
import LIFModel
import LIFServer
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite("Events of a job", .timeLimit(.minutes(1)))
struct JobEventTests {
    private static let twoParts = Jobs.job(Jobs.part(), Jobs.part(source: "partner two"))

    @Test("Who comes after the end gets everything that landed, and the end; the connection can be used again")
    func replay() async throws {
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.orchestrator(TestSystem(["partner two": failing])) { (server) async throws in
            let id = try await server.finish(Self.twoParts)
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id)
                let events = try await connection.events()
                #expect(events.map(\.name) == ["part", "part", "end"])
                let positions = events.compactMap(\.id)
                #expect(positions.count == 2 && positions[0] < positions[1])
                let data = try #require(events.first { $0.data["part"] == 0 }?.data)
                #expect(data["information_source_id"] == "org1" && data["outcome"] == "data")
                #expect(data["reason"] == .null && data["items"] == 1)
                let names: JSONValue = [["firstName": "Ada", "lastName": "Byron"]]
                #expect(data["fragments"] == [["fragment_path": "Person.Name", "fragment": names]])
                let failed = try #require(events.first { $0.data["part"] == 1 }?.data)
                #expect(failed["outcome"] == "failed" && failed["reason"] == "unreachable")
                #expect(failed["message"] == "The source cannot be reached." && failed["fragments"] == [])
                #expect(events[2].data == ["job_id": .string(id), "status": "COMPLETED"])
                try await connection.send(TestServer.request("GET", "/health"))
                #expect(try await connection.answer().status == 200)
            }
        }
    }

    @Test("A listener is notified as soon as something lands")
    func live() async throws {
        let gate = Gate()
        let slow = ScriptedOperator(.after(gate, TestSystem.step))
        try await TestServer.orchestrator(TestSystem(["partner two": slow])) { (server) async throws in
            let id = try await server.submit(Self.twoParts)
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id)
                #expect(try await connection.event()?.data["part"] == 0)
                gate.open()
                #expect(try await connection.event()?.data["part"] == 1)
                #expect(try await connection.event()?.name == "end")
                #expect(try await connection.event() == nil)
            }
        }
    }

    @Test("Who comes back with Last-Event-ID gets what landed after it, and nothing twice")
    func resume() async throws {
        let gate = Gate()
        let slow = ScriptedOperator(.after(gate, TestSystem.step))
        try await TestServer.orchestrator(TestSystem(["partner two": slow])) { (server) async throws in
            let id = try await server.submit(Self.twoParts)
            let first = try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id)
                return try #require(try await connection.event()?.id)
            }
            gate.open()
            let rest = try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id, after: first)
                return try await connection.events()
            }
            #expect(rest.map(\.name) == ["part", "end"] && rest[0].data["part"] == 1)
            let last = try #require(rest[0].id)
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id, after: last)
                #expect(try await connection.events().map(\.name) == ["end"])
            }
        }
    }

    @Test("A Last-Event-ID that no event has is refused", arguments: ["x", "-1", "1.5", "99999999999999999999", "1 2"])
    func wrongPosition(id: String) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let job = try await server.finish(Jobs.job())
            let answer = try await server.get("/jobs/\(job)/events", ["Last-Event-ID": id])
            #expect(answer.status == 400)
            #expect(try answer.json()["code"] == "QueryParseException")
        }
    }

    @Test("A scalar is marked as one, as in the job results")
    func scalar() async throws {
        let json = try RawJSON(validating: Array(#""1815-12-10""#.utf8))
        let path = FragmentPath(entity: "Name")
        let content = try #require(FragmentContent(member: json))
        let scalar = ScriptedOperator(.fragments([Fragment(path: path, content: content)]))
        try await TestServer.orchestrator(TestSystem(["org1": scalar])) { (server) async throws in
            let id = try await server.finish(Jobs.job())
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id)
                let expected: JSONValue = [
                    ["fragment_path": "Person.Name", "fragment": ["1815-12-10"], "scalar": true]
                ]
                #expect(try await connection.event()?.data["fragments"] == expected)
            }
        }
    }

    @Test("When its client leaves, nobody listens any more, and the job goes on")
    func clientLeaves() async throws {
        let gate = Gate()
        let system = TestSystem(["org1": ScriptedOperator(.after(gate, TestSystem.step))])
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.submit(Jobs.job())
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id)
                try await eventually("somebody listens") { system.orchestrator.board.listenerCount == 1 }
            }
            let start = ContinuousClock.now
            try await eventually("nobody listens") { system.orchestrator.board.listenerCount == 0 }
            // A heartbeat would have seen it too, but later.
            #expect(ContinuousClock.now - start < .seconds(12))
            gate.open()
            #expect(try await server.get("/jobs/\(id)/result", ["Prefer": "wait=15"]).status == 200)
        }
    }

    @Test("When the server stops, a listener's answer ends in good order, without the event of an end")
    func stop() async throws {
        let system = TestSystem(["partner two": ScriptedOperator(.hang)])
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.submit(Self.twoParts)
            try await Connection.open(port: server.port) { [server] (connection) async throws in
                try await connection.listen(to: id)
                #expect(try await connection.event()?.name == "part")
                await server.stop()
                #expect(try await connection.event() == nil)
                #expect(try await connection.rest() == "")
            }
        }
        #expect(system.orchestrator.board.listenerCount == 0)
    }

    @Test("A listener who reads nothing does not hold up the server's stop")
    func stuckListener() async throws {
        // More than the buffers of both ends take.
        let name = #"{"firstName":"\#(String(repeating: "a", count: 16 << 20))"}"#
        let system = TestSystem(["org1": ScriptedOperator(.fragments([TestSystem.fragment("Name", name)]))])
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.finish(Jobs.job())
            let stuck = try await StuckConnection.open(port: server.port, "GET", "/jobs/\(id)/events")
            try await stuck.waitForAnswer()
            await server.stop()
            try await within("the end of a connection that nobody reads") { try await stuck.closed() }
        }
    }

    @Test("Data that is gone is an error before the events begin")
    func expired() async throws {
        let system = TestSystem()
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.finish(Jobs.job())
            try await system.journal.remove(.data, of: [try #require(JobID(id))])
            let answer = try await server.get("/jobs/\(id)/events")
            #expect(answer.status == 410)
            #expect(try answer.json()["code"] == "ResultExpired")
        }
    }

    @Test("Events that cannot be read any more break off, and the log says why")
    func unreadable() async throws {
        let gate = Gate()
        let log = RecordedLog()
        let system = TestSystem(["partner two": ScriptedOperator(.after(gate, TestSystem.step))], log: log)
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.submit(Self.twoParts)
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.listen(to: id)
                #expect(try await connection.event()?.name == "part")
                system.journal.failReads()
                gate.open()
                await #expect(throws: Connection.Ended.self) { try await connection.event() }
            }
            #expect(log.lines.contains { $0.contains("broke off") && $0.contains("OutputReadException") })
            #expect(try await server.get("/health").status == 200)
        }
    }
}
