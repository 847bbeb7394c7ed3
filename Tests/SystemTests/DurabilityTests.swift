import Foundation
import LIFHTTP
import LIFJSON
import LIFPartner
import Testing

@Suite("What was accepted survives kill -9")
struct DurabilityTests {
    @Test("An accepted job goes on after a restart, and a part that has landed is not fetched again")
    func job() async throws {
        let home = try Home()
        let quick = try await home.partner("org2")
        let slow = try await home.partner("org3", delay: .seconds(2))
        let file = try home.configuration([quick, slow].map { ($0.id, $0.port) })
        let first = try await home.serve(file)
        let plan: JSONValue = [
            "lif_query_plan": [Self.part("org2"), Self.part("org3")], "async": true,
        ]
        let accepted = try await home.post(first.orchestrator + "/jobs", Array(RawJSON(plan).bytes))
        let job = try #require(accepted.json["run_id"]?.string)
        try await Self.untilLanded(1, of: job, at: first.orchestrator, home)
        await first.process.killHard()
        let asked = quick.server.requestCount

        let second = try await home.serve(file)
        let result = try await home.get(
            second.orchestrator + "/jobs/\(job)/result", headers: [("Prefer", "wait=15")])
        #expect(result.status == 200)
        let parts = result.json["result"]?["query_plan_part_results"]?.array
        #expect(parts?.count == 2)
        #expect(parts?.allSatisfy { $0["error"] == .null && $0["fragments"]?.array?.isEmpty == false } == true)
        #expect(quick.server.requestCount == asked, "The part that had landed was not fetched again")
        let status = try await home.get(second.orchestrator + "/orchestrator/get_job_status/\(job)")
        #expect(status.json["status"] == "COMPLETED")
        await second.process.stop()
        try await home.close([quick, slow])
    }

    private static func part(_ source: String) -> JSONValue {
        [
            "information_source_id": .string(source), "adapter_id": "lif-to-lif",
            "person_id": ["identifier": "100001", "identifierType": "SCHOOL_ASSIGNED_NUMBER"],
            "lif_fragment_paths": ["Person.Name"], "translation": nil,
        ]
    }

    private static func untilLanded(_ count: Int, of job: String, at url: String, _ home: Home) async throws {
        for _ in 0..<500 {
            let status = try await home.get(url + "/jobs/\(job)")
            let landed = status.json["parts"]?.array?.filter { $0["outcome"] != .null }.count ?? 0
            if landed >= count { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("The part did not land in time")
    }

    @Test("A query that outlasts its time-out is answered 408 with where it goes on, and is completed after a restart")
    func query() async throws {
        let home = try Home()
        let partner = try await home.partner("org2", fault: .hang)
        // The source is given longer than a client waits, so the client is told where the query goes on.
        let file = try home.configuration(
            [(partner.id, partner.port)], settings: "planner: {port: 0, timeout: 1s}\n", sourceSettings: "timeout: 60s")
        let first = try await home.serve(file)
        let late = try await home.post(first.planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
        #expect(late.status == 408)
        #expect(late.json["code"] == "QueryTimeout")
        let location = try #require(late.response.header("Location"))
        await first.process.killHard()

        partner.server.setFault(nil)
        let second = try await home.serve(file)
        let result = try await home.get(second.planner + location, headers: [("Prefer", "wait=20")])
        #expect(result.status == 200)
        #expect(result.json["records"]?.array?.first?["Person"]?.array?.first?.count("Name") == 1)
        let status = try await home.get(second.planner + location + "/status")
        #expect(status.json["status"] == "COMPLETED")
        await second.process.stop()
        try await home.close([partner])
    }

    @Test("A cached record survives a restart")
    func cache() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        let file = try home.configuration([(partner.id, partner.port)])
        let first = try await home.serve(file)
        let answer = try await home.post(first.planner + "/query", Home.query(["100001"]))
        #expect(await first.process.stop() == 0)
        let asked = partner.server.requestCount
        let second = try await home.serve(file)
        let again = try await home.post(second.planner + "/query", Home.query(["100001"]))
        #expect(again.json == answer.json)
        #expect(partner.server.requestCount == asked)
        await second.process.stop()
        try await home.close([partner])
    }
}
