import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFOrchestrator

@Suite("The list of jobs", .timeLimit(.minutes(1)))
struct JobListTests {
    private static func ids(_ answer: Connection.Answer) throws -> [String] {
        #expect(answer.status == 200, "\(answer.body)")
        return try #require(try answer.json()["jobs"]?.array).compactMap { $0["job_id"]?.string }
    }

    @Test("Jobs are listed with the last one first, each without its parts")
    func list() async throws {
        try await TestServer.orchestrator { (server) async throws in
            #expect(try await server.get("/jobs").body == #"{"jobs":[],"next":null}"#)
            let first = try await server.finish(Jobs.job(Jobs.part(), Jobs.part(), Jobs.part(source: "partner two")))
            let second = try await server.finish(Jobs.job())
            let answer = try await server.get("/jobs")
            #expect(try Self.ids(answer) == [second, first])
            let job = try #require(try answer.json()["jobs"]?.array?.last)
            #expect(
                job.object?.names == [
                    "job_id", "status", "accepted_at", "finished_at", "progress", "sources", "schedule_id",
                ])
            #expect(job["status"] == "COMPLETED" && job["accepted_at"] == "2027-01-15T08:00:00.000Z")
            #expect(job["progress"] == ["parts": 3, "done": 3, "failed": 0])
            #expect(job["sources"] == ["org1", "partner two"] && job["schedule_id"] == .null)
            #expect(try answer.json()["next"] == .null)
        }
    }

    @Test("Status and source choose among them; a status may be written in any case")
    func filters() async throws {
        let failing = ScriptedOperator(.failure(TestSystem.unreachable), .hang)
        try await TestServer.orchestrator(TestSystem(["partner two": failing])) { (server) async throws in
            let good = try await server.finish(Jobs.job())
            let failed = try await server.finish(Jobs.job(Jobs.part(source: "partner two")))
            let running = try await server.submit(Jobs.job(Jobs.part(), Jobs.part(source: "partner two")))
            let cases = [
                ("status=COMPLETED", [good]), ("status=failed", [failed]), ("status=RUNNING", [running]),
                ("status=STARTING", []), ("source=org1", [running, good]), ("source=partner%20two", [running, failed]),
                ("source=org", []), ("source=org1&status=COMPLETED", [good]), ("source=org1&status=FAILED", []),
            ]
            try await failing.waitForCalls(2)
            for (query, expected) in cases {
                #expect(try Self.ids(try await server.get("/jobs?\(query)")) == expected, "\(query)")
            }
        }
    }

    @Test("Page follows on page until there is no next")
    func pages() async throws {
        try await TestServer.orchestrator { (server) async throws in
            var all: [String] = []
            for _ in 0..<5 { all.insert(try await server.finish(Jobs.job()), at: 0) }
            var pages: [[String]] = []
            var after = ""
            repeat {
                let answer = try await server.get("/jobs?limit=2\(after)")
                pages.append(try Self.ids(answer))
                after = try answer.json()["next"]?.string.map { "&after=\($0)" } ?? ""
            } while !after.isEmpty && pages.count < 10
            #expect(pages == [Array(all[0..<2]), Array(all[2..<4]), Array(all[4..<5])])
            let whole = try await server.get("/jobs?limit=5")
            #expect(try whole.json()["next"] == .string(all[4]))
            let behind = try await server.get("/jobs?after=\(all[4])")
            #expect(behind.body == #"{"jobs":[],"next":null}"#)
        }
    }

    @Test("A page of which a filter leaves nothing still shows where the next one begins")
    func filteredPage() async throws {
        let slow = ScriptedOperator(.hang)
        try await TestServer.orchestrator(TestSystem(["org1": slow])) { (server) async throws in
            let id = try await server.submit(Jobs.job())
            try await slow.waitForCalls(1)
            let answer = try await server.get("/jobs?status=STARTING&limit=1")
            #expect(answer.body == #"{"jobs":[],"next":"\#(id)"}"#)
        }
    }

    @Test(
        "Values that cannot be meant are refused, and are not repeated in the answer",
        arguments: [
            "status=DONE", "status=", "limit=0", "limit=1001", "limit=-1", "limit=x", "limit=", "after=%00",
            "after=../x", "after=", "schedule=a%20b", "learner=S3CR3T", "S3CR3T", "limit=1&limit=S3CR3T",
        ])
    func wrongValues(query: String) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let answer = try await server.get("/jobs?\(query)")
            #expect(answer.status == 400)
            #expect(try answer.json()["code"] == "QueryParseException")
            #expect(!answer.body.contains("S3CR3T"))
        }
    }

    @Test("The jobs of a schedule name it, and are found by it")
    func ofSchedule() async throws {
        let system = TestSystem()
        try await TestServer.orchestrator(system) { (server) async throws in
            let job = Jobs.job(workflow: #"{"schedule":{"interval":"1h"}}"#)
            let schedule = try #require(try await server.post("/schedules", job).json()["schedule_id"]?.string)
            _ = try await server.finish(Jobs.job())
            system.time.advance(by: .seconds(3_600))
            _ = try await system.orchestrator.fireDue()
            let answer = try await server.get("/jobs?schedule=\(schedule)")
            let fired = try Self.ids(answer)
            #expect(fired.count == 1)
            #expect(try answer.json()["jobs"]?.array?[0]["schedule_id"] == .string(schedule))
            let listed = try #require(try await server.get("/schedules").json()["schedules"]?.array?[0])
            #expect(listed["last_job_id"] == .string(fired[0]))
            #expect(listed["last_fired_at"] == "2027-01-15T09:00:00.000Z")
            #expect(listed["next_due_at"] == "2027-01-15T10:00:00.000Z")
        }
    }
}
