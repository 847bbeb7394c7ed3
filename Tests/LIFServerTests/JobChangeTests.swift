import LIFJSON
import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@Suite("What is done to jobs", .timeLimit(.minutes(1)))
struct JobChangeTests {
    @Test("A job that is cancelled is FAILED, what runs of it is stopped, and what had landed stays")
    func cancel() async throws {
        let slow = ScriptedOperator(.hang)
        try await TestServer.orchestrator(TestSystem(["partner two": slow])) { (server) async throws in
            let id = try await server.submit(Jobs.job(Jobs.part(), Jobs.part(source: "partner two")))
            try await slow.waitForCalls(1)
            try await eventually("the first part has landed") {
                try await server.get("/jobs/\(id)").json()["progress"]?["done"] == 1
            }
            let answer = try await server.send("DELETE", "/jobs/\(id)")
            #expect(answer.status == 200)
            let job = try answer.json()
            #expect(job["status"] == "FAILED" && job["cancelled_at"] == "2027-01-15T08:00:00.000Z")
            #expect(job["error"] == ["reason": "cancelled", "message": "The job was cancelled."])
            #expect(job["parts"]?.array?.map { $0["outcome"] } == ["data", "failed"])
            #expect(job["parts"]?.array?[1]["reason"] == "cancelled")
            try await slow.waitForCancellations(1)
            let result = try await server.get("/jobs/\(id)/result")
            #expect(result.status == 502)
            #expect(try result.json()["detail"]?.string?.contains("cancelled") == true)
            #expect(try await server.send("DELETE", "/jobs/\(id)").body == answer.body)
        }
    }

    @Test("A job that has ended is not cancelled any more")
    func cancelTooLate() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let id = try await server.finish(Jobs.job())
            let answer = try await server.send("DELETE", "/jobs/\(id)")
            #expect(answer.status == 200)
            #expect(try answer.json()["status"] == "COMPLETED" && answer.json()["cancelled_at"] == .null)
        }
    }

    @Test("A retry runs the failed parts again, and only those")
    func retry() async throws {
        let good = TestSystem.answering
        let failing = ScriptedOperator(.failure(TestSystem.unreachable), TestSystem.step)
        try await TestServer.orchestrator(TestSystem(["org1": good, "partner two": failing])) { (server) async throws in
            let id = try await server.finish(Jobs.job(Jobs.part(), Jobs.part(source: "partner two")))
            let before = try await server.get("/jobs/\(id)").json()
            #expect(before["parts"]?.array?.map { $0["outcome"] } == ["data", "failed"])
            let answer = try await server.send("POST", "/jobs/\(id)/retry")
            #expect(answer.status == 202 && answer["Location"] == "/jobs/\(id)")
            #expect(try answer.json()["job_id"] == .string(id))
            #expect(try await server.get("/jobs/\(id)/result", ["Prefer": "wait=15"]).status == 200)
            let after = try await server.get("/jobs/\(id)").json()
            #expect(after["parts"]?.array?.map { $0["outcome"] } == ["data", "data"])
            #expect(good.callCount == 1 && failing.callCount == 2)
        }
    }

    @Test("A retry of a job in which nothing failed changes nothing")
    func retryNothing() async throws {
        let good = TestSystem.answering
        try await TestServer.orchestrator(TestSystem(["org1": good])) { (server) async throws in
            let id = try await server.finish(Jobs.job())
            let answer = try await server.send("POST", "/jobs/\(id)/retry")
            #expect(answer.status == 202)
            #expect(try answer.json()["status"] == "COMPLETED")
            #expect(good.callCount == 1)
        }
    }

    @Test("Of a job that runs there is nothing to retry or to acknowledge yet")
    func tooEarly() async throws {
        let slow = ScriptedOperator(.hang)
        try await TestServer.orchestrator(TestSystem(["org1": slow])) { (server) async throws in
            let id = try await server.submit(Jobs.job())
            try await slow.waitForCalls(1)
            for (method, path) in [("POST", "/jobs/\(id)/retry"), ("DELETE", "/jobs/\(id)/result")] {
                let answer = try await server.send(method, path)
                #expect(answer.status == 409 && answer["Retry-After"] == "1")
                #expect(try answer.json()["code"] == "JobNotFinished")
            }
        }
    }

    @Test("A result is acknowledged without a word, again and again, and stays readable until it is removed")
    func acknowledge() async throws {
        let system = TestSystem()
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.finish(Jobs.job())
            try await Connection.open(port: server.port) { (connection) async throws in
                for _ in 0..<2 {
                    try await connection.send(TestServer.request("DELETE", "/jobs/\(id)/result"))
                    let answer = try await connection.answer()
                    #expect(answer.status == 204)
                    // RFC 9110, section 8.6.
                    #expect(answer["Content-Length"] == nil && answer["Transfer-Encoding"] == nil)
                }
                try await connection.send(TestServer.request("GET", "/jobs/\(id)/result"))
                #expect(try await connection.answer().status == 200)
            }
            system.time.advance(by: .seconds(1))
            let acknowledged = try await JobStore(system.journal).withExpiredData(
                finishedBefore: nil, acknowledgedBefore: system.time.now, limit: 10)
            #expect(acknowledged.map(\.text) == [id])
        }
    }

    @Test("When the data of a job is removed, its result is 410, and its status stays")
    func expired() async throws {
        let system = TestSystem()
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.finish(Jobs.job())
            let before = try await server.get("/jobs/\(id)")
            try await system.journal.remove(.data, of: [try #require(JobID(id))])
            for (method, path) in [("GET", "/jobs/\(id)/result"), ("POST", "/jobs/\(id)/retry")] {
                let answer = try await server.send(method, path)
                #expect(answer.status == 410 && answer["Retry-After"] == nil)
                #expect(try answer.json()["code"] == "ResultExpired")
            }
            #expect(try await server.get("/jobs/\(id)").body == before.body)
        }
    }

    @Test("Past the limit of open parts nothing is accepted, and the answer says when to come again")
    func overloaded() async throws {
        let slow = ScriptedOperator(.hang)
        let system = TestSystem(["org1": slow], openPartLimit: 2)
        try await TestServer.orchestrator(system) { (server) async throws in
            let first = try await server.submit(Jobs.job())
            try await slow.waitForCalls(1)
            let refused = try await server.post("/jobs", Jobs.job(Jobs.part(), Jobs.part()))
            #expect(refused.status == 503 && refused["Retry-After"] == "1")
            let problem = try refused.json()
            #expect(problem["code"] == "Overloaded" && problem["detail"]?.string?.contains("at most 2") == true)
            #expect(try await server.get("/jobs").json()["jobs"]?.array?.count == 1)
            #expect(try await server.send("DELETE", "/jobs/\(first)").status == 200)
            try await eventually("a place is free") {
                try await server.post("/jobs", Jobs.job(Jobs.part(), Jobs.part())).status == 200
            }
        }
    }

    @Test("Deadline and SLA of a job are reported with its status")
    func times() async throws {
        let slow = ScriptedOperator(.hang)
        let system = TestSystem(["org1": slow])
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try await server.submit(Jobs.job(workflow: #"{"timeout":"1h","sla":"10m"}"#))
            let early = try await server.get("/jobs/\(id)").json()
            #expect(early["deadline"] == "2027-01-15T09:00:00.000Z" && early["sla_missed"] == false)
            system.time.advance(by: .seconds(601))
            #expect(try await server.get("/jobs/\(id)").json()["sla_missed"] == true)
            let without = try await server.submit(Jobs.job())
            #expect(try await server.get("/jobs/\(without)").json()["sla_missed"] == nil)
        }
    }
}
