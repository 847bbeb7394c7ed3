import LIFJSON
import LIFModel
import LIFTesting
import Testing

@Suite("Faults of a submission", .timeLimit(.minutes(1)))
struct FaultTests {
    /// The places of the faults that a submission is refused for.
    private static func places(_ server: TestServer, _ job: String, status: Int) async throws -> [String] {
        let answer = try await server.post("/jobs", job)
        #expect(answer.status == status, "\(answer.body)")
        let problem = try answer.json()
        let faults = try #require(problem["faults"]?.array)
        let detail = try #require(problem["detail"]?.string)
        for fault in faults {
            let message = try #require(fault["message"]?.string)
            #expect(detail.contains(message))
        }
        return faults.compactMap { $0["place"]?.string }
    }

    @Test("Each member of the workflow that has the wrong shape is reported with its place")
    func shapes() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let workflow =
                #"{"retries":"3","unknown":1,"sla":[],"tasks":{"part-0/fetch":{"priority":"high"}},"callbacks":{"succes":"x"}}"#
            let job = #"{"lif_query_plan":[\#(Jobs.part()),5],"async":"no","workflow":\#(workflow),"callback":7}"#
            let places = try await Self.places(server, job, status: 422)
            for place in [
                "lif_query_plan[1]", "async", "workflow.retries", "workflow.sla",
                "workflow.tasks.part-0/fetch.priority",
                "callback",
            ] {
                #expect(places.contains(place), "\(place) is not among \(places)")
            }
            #expect(places.contains { $0.hasPrefix("workflow.callbacks") })
        }
    }

    @Test("What does not match the configuration is reported all at once too")
    func values() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let workflow = #"{"pool":"big","tasks":{"part-9/fetch":{"retries":1}},"callbacks":{"failure":"nobody"}}"#
            let job = Jobs.job(
                Jobs.part(source: "org9"), Jobs.part(adapter: "other", paths: #""Person.Contact""#), workflow: workflow)
            #expect(
                try await Self.places(server, job, status: 400) == [
                    "lif_query_plan[0].information_source_id", "lif_query_plan[1].adapter_id",
                    "lif_query_plan[1].lif_fragment_paths[0]", "workflow.tasks.part-9/fetch", "workflow.pool",
                    "workflow.callbacks.failure",
                ])
        }
    }

    @Test("Names of the submission are repeated, and learners are not")
    func privacy() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let job = Jobs.job(
                Jobs.part(source: "org9", learner: "S3CR3T"),
                #"{"information_source_id":"org1","adapter_id":"adapter-of-org1","person_id":{"identifier":["S3CR3T"],"identifierType":"A"},"lif_fragment_paths":["Person.Name"]}"#
            )
            let answer = try await server.post("/jobs", job)
            #expect(answer.status == 422 && !answer.body.contains("S3CR3T"))
        }
    }
}
