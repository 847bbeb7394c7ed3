import LIFJSON
import LIFModel
import LIFTesting
import Testing

@Suite("Routes about schedules", .timeLimit(.minutes(1)))
struct ScheduleRouteTests {
    private static func job(_ schedule: String) -> String { Jobs.job(workflow: #"{"schedule":\#(schedule)}"#) }

    @Test("A schedule is made, listed and removed")
    func life() async throws {
        let source = TestSystem.answering
        try await TestServer.orchestrator(TestSystem(["org1": source])) { (server) async throws in
            #expect(try await server.get("/schedules").body == #"{"schedules":[]}"#)
            let made = try await server.post(
                "/schedules", Self.job(#"{"cron":"0 2 * * *","time_zone":"Europe/Berlin"}"#))
            #expect(made.status == 201)
            let schedule = try made.json()
            let id = try #require(schedule["schedule_id"]?.string)
            #expect(made["Location"] == "/schedules/\(id)")
            #expect(
                schedule.object?.names == [
                    "schedule_id", "schedule", "created_at", "next_due_at", "last_fired_at", "last_job_id", "parts",
                ])
            #expect(schedule["schedule"] == ["cron": "0 2 * * *", "time_zone": "Europe/Berlin", "catch_up": false])
            #expect(schedule["created_at"] == "2027-01-15T08:00:00.000Z")
            #expect(schedule["next_due_at"] == "2027-01-16T01:00:00.000Z")
            #expect(schedule["last_fired_at"] == .null && schedule["last_job_id"] == .null && schedule["parts"] == 1)
            let second = try await server.post("/schedules", Self.job(#"{"interval":"90m","catch_up":true}"#))
            #expect(try second.json()["next_due_at"] == "2027-01-15T09:30:00.000Z")
            let list = try await server.get("/schedules")
            #expect(list.body == #"{"schedules":[\#(made.body),\#(second.body)]}"#)
            #expect(try await server.send("DELETE", "/schedules/\(id)").status == 204)
            #expect(try await server.send("DELETE", "/schedules/\(id)").status == 404)
            #expect(try await server.get("/schedules").body == #"{"schedules":[\#(second.body)]}"#)
            #expect(source.callCount == 0)
        }
    }

    @Test(
        "A rule that cannot be used is refused with its place",
        arguments: [
            #"{}"#, "5", #"{"cron":"0 2 * *"}"#, #"{"cron":"61 * * * *"}"#, #"{"cron":"0 0 31 2 *"}"#, #"{"cron":5}"#,
            #"{"cron":"* * * * *","interval":"1h"}"#, #"{"interval":"0s"}"#, #"{"interval":"soon"}"#,
            #"{"interval":"1h","time_zone":"Mars/Base"}"#, #"{"interval":"1h","catch_up":"yes"}"#, #"{"every":"1h"}"#,
        ])
    func wrongRule(rule: String) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let answer = try await server.post("/schedules", Self.job(rule))
            #expect([400, 422].contains(answer.status), "\(answer.body)")
            let problem = try answer.json()
            #expect(problem["code"] == "QueryParseException")
            let faults = try #require(problem["faults"]?.array)
            #expect(faults.count == 1)
            #expect(faults[0]["place"]?.string?.hasPrefix("workflow.schedule") == true, "\(answer.body)")
            #expect(try await server.get("/schedules").body == #"{"schedules":[]}"#)
        }
    }

    @Test("An Idempotency-Key gives the same schedule again, and refuses another one")
    func idempotency() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let key = ["Idempotency-Key": "nightly"]
            let first = try await server.post("/schedules", Self.job(#"{"cron":"0 2 * * *"}"#), key)
            let second = try await server.post("/schedules", Self.job(#"{"cron":"0 2 * * *"}"#), key)
            #expect(first.status == 201 && second.status == 201)
            #expect(try second.json()["schedule_id"] == first.json()["schedule_id"])
            #expect(second["Location"] == first["Location"])
            let other = try await server.post("/schedules", Self.job(#"{"cron":"0 3 * * *"}"#), key)
            #expect(other.status == 422)
            #expect(try other.json()["code"] == "QueryParseException")
            #expect(try await server.get("/schedules").json()["schedules"]?.array?.count == 1)
            let without = try await server.post("/schedules", Self.job(#"{"cron":"0 2 * * *"}"#))
            #expect(try without.json()["schedule_id"] != first.json()["schedule_id"])
            for bad in ["", "schedule/1"] {
                let refused = try await server.post(
                    "/schedules", Self.job(#"{"cron":"0 2 * * *"}"#), ["Idempotency-Key": bad])
                #expect(refused.status == 400)
            }
        }
    }

    @Test("The plan of a schedule is checked as a job's is")
    func wrongPlan() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let job = Jobs.job(Jobs.part(source: "org9"), workflow: #"{"schedule":{"interval":"1h"}}"#)
            let answer = try await server.post("/schedules", job)
            #expect(answer.status == 400)
            #expect(try answer.json()["code"] == "OperatorNotFoundException")
            let without = try await server.post("/schedules", Jobs.job())
            #expect(without.status == 422)
            #expect(try without.json()["faults"]?.array?[0]["place"] == "workflow.schedule")
        }
    }
}
