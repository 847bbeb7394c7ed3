import LIFJSON
import LIFModel
import LIFTesting
import Testing

@Suite("The Orchestrator's routes", .timeLimit(.minutes(1)))
struct JobRouteTests {
    private static let plan = "\"lif_query_plan\":[\(Jobs.part())]"

    @Test(
        "A job is accepted with its id; \"async\" may be absent, null, or have an underscore",
        arguments: [
            "{\(plan)}", #"{\#(plan),"async":true}"#, #"{\#(plan),"async_":true}"#, #"{\#(plan),"async":null}"#,
            #"{\#(plan),"workflow":null,"callback":null,"unknown":[1]}"#,
        ])
    func accepted(body: String) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let answer = try await server.post("/jobs", body)
            #expect(answer.status == 200)
            let id = try #require(try answer.json()["run_id"]?.string)
            #expect(answer.body == #"{"run_id":"\#(id)"}"#)
            #expect(id.utf8.count == 32)
            #expect(try await server.get("/jobs/\(id)").status == 200)
        }
    }

    @Test("A synchronous job answers with the job results", arguments: ["async", "async_"])
    func synchronous(member: String) async throws {
        let parts = [Jobs.part(paths: #""person.name","Person.CredentialAward""#), Jobs.part(source: "partner two")]
        let body = #"{"lif_query_plan":[\#(parts.joined(separator: ","))],"\#(member)":false}"#
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.orchestrator(TestSystem(["partner two": failing])) { (server) async throws in
            let answer = try await server.post("/jobs", body)
            #expect(answer.status == 200)
            let document = try answer.json()
            #expect(document.object?.names == ["run_id", "query_plan_part_results"])
            let results = try #require(document["query_plan_part_results"]?.array)
            #expect(results.count == 2)
            let person = try JSONParser.parse(Queries.identifier("100001"))
            #expect(results[0]["information_source_id"] == "org1")
            #expect(results[0]["adapter_id"] == "adapter-of-org1")
            #expect(results[0]["person_id"] == person)
            #expect(results[0]["data_timestamp"] == "2027-01-15T08:00:00.000Z")
            #expect(results[0]["error"] == .null)
            let fragments = try #require(results[0]["fragments"]?.array)
            #expect(fragments.map { $0["fragment_path"] } == ["Person.Name", "Person.CredentialAward"])
            #expect(fragments[0]["fragment"] == [["firstName": "Ada", "lastName": "Byron"]])
            #expect(answer.body.contains(#""credits":3.0"#))
            #expect(results[1]["fragments"] == [] && results[1]["data_timestamp"] == .null)
            #expect(results[1]["error"] == "The source cannot be reached." && results[1]["reason"] == "unreachable")
        }
    }

    @Test("A synchronous job past the wait is 202 with the place of its result, and goes on")
    func pastTheWait() async throws {
        let gate = Gate()
        let system = TestSystem(
            ["org1": ScriptedOperator(.after(gate, TestSystem.step))], synchronousWait: .milliseconds(50))
        try await TestServer.orchestrator(system) { (server) async throws in
            for headers in [[:], ["Prefer": "wait=600"], ["Prefer": "wait=0"]] {
                let answer = try await server.post("/jobs", Jobs.job(async: false), headers)
                #expect(answer.status == 202 && answer["Retry-After"] == "1")
                let id = try #require(try answer.json()["run_id"]?.string)
                #expect(answer.body == #"{"run_id":"\#(id)"}"#)
                #expect(answer["Location"] == "/jobs/\(id)/result")
                #expect(try await server.get("/jobs/\(id)/result").status == 409)
            }
            gate.open()
        }
    }

    @Test("A job's status and result are reported while it runs and when it has ended")
    func lifecycle() async throws {
        let gate = Gate()
        let slow = ScriptedOperator(.after(gate, TestSystem.step))
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.orchestrator(TestSystem(["org1": slow, "partner two": failing])) { (server) async throws in
            let job = Jobs.job(Jobs.part(), Jobs.part(source: "partner two"), async: true)
            let id = try #require(try await server.post("/jobs", job).json()["run_id"]?.string)
            try await slow.waitForCalls(1)

            let running = try await server.get("/jobs/\(id)")
            #expect(running.body.hasPrefix(#"{"job_id":"\#(id)","status":"RUNNING","#))
            #expect(try running.json()["metadata"]?.object?.members.isEmpty == true)
            #expect(try running.json()["parts"]?.array?[0]["outcome"] == .null)
            let early = try await server.get("/jobs/\(id)/result")
            #expect(early.status == 409 && early["Retry-After"] == "1")
            #expect(try early.json()["code"] == "JobNotFinished")

            gate.open()
            let result = try await server.get("/jobs/\(id)/result", ["Prefer": "wait=15"])
            #expect(result.status == 200)
            let document = try result.json()
            #expect(document.object?.names == ["job_id", "result"])
            #expect(document["job_id"] == .string(id) && document["result"]?["run_id"] == .string(id))
            #expect(document["result"]?["query_plan_part_results"]?.array?.count == 2)

            let completed = try await server.get("/jobs/\(id)").json()
            #expect(completed["status"] == "COMPLETED")
            let parts = try #require(completed["parts"]?.array)
            #expect(parts.map { $0["information_source_id"] } == ["org1", "partner two"])
            #expect(parts.map { $0["outcome"] } == ["data", "failed"])
            #expect(parts.map { $0["reason"] } == [.null, "unreachable"])
            #expect(parts.allSatisfy { $0["finished_at"]?.string != nil && $0["duration_ms"]?.number != nil })
        }
    }

    @Test("A job of which no part succeeded is FAILED, and its result is 502 with the reasons")
    func failed() async throws {
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.orchestrator(TestSystem(["org1": failing])) { (server) async throws in
            let answer = try await server.post("/jobs", Jobs.job(async: false))
            #expect(answer.status == 200)
            let id = try #require(try answer.json()["run_id"]?.string)
            #expect(try await server.get("/jobs/\(id)").json()["status"] == "FAILED")
            let result = try await server.get("/jobs/\(id)/result")
            #expect(result.status == 502)
            let problem = try result.json()
            #expect(problem["code"] == "OperatorException")
            #expect(problem["detail"]?.string?.contains("org1 (unreachable)") == true)
        }
    }

    @Test("The seed's names of the routes work, with a trailing slash and without", arguments: ["", "/"])
    func seedNames(slash: String) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let submitted = try await server.post("/orchestrator/post_job\(slash)", Jobs.job(async: true))
            let id = try #require(try submitted.json()["run_id"]?.string)
            let result = try await server.get(
                "/orchestrator/get_job_result/\(id)\(slash)", ["Prefer": "wait=15"])
            #expect(result.status == 200)
            #expect(try result.json()["job_id"] == .string(id))
            let status = try await server.get("/orchestrator/get_job_status/\(id)\(slash)")
            #expect(try status.json()["status"] == "COMPLETED")
            #expect(try await server.get("/jobs/\(id)\(slash)").body == status.body)
            #expect(try await server.get("/jobs/\(id)/result\(slash)").body == result.body)
        }
    }

    @Test("An Idempotency-Key gives the same job again, and refuses another submission")
    func idempotency() async throws {
        let scripted = TestSystem.answering
        try await TestServer.orchestrator(TestSystem(["org1": scripted])) { (server) async throws in
            let key = ["Idempotency-Key": "submission-1"]
            let first = try await server.post("/jobs", Jobs.job(async: true), key)
            let second = try await server.post("/jobs", Jobs.job(async: true), key)
            #expect(second.status == 200 && second.body == first.body)
            let synchronous = try await server.post("/jobs", Jobs.job(async: false), key)
            #expect(try synchronous.json()["run_id"] == first.json()["run_id"])
            #expect(scripted.callCount == 1)
            let other = try await server.post("/jobs", Jobs.job(Jobs.part(learner: "2"), async: true), key)
            #expect(other.status == 422)
            #expect(try other.json()["code"] == "QueryParseException")
            for workflow in [#"{"timeout":"1m"}"#, #"{"priority":3}"#] {
                let changed = try await server.post("/jobs", Jobs.job(async: true, workflow: workflow), key)
                #expect(changed.status == 422, "\(workflow)")
            }
            let without = try await server.post("/jobs", Jobs.job(async: true))
            #expect(try without.json()["run_id"] != first.json()["run_id"])
        }
    }

    @Test(
        "An Idempotency-Key that is empty, too long or like a schedule's is refused",
        arguments: ["", String(repeating: "k", count: 257), "schedule/1"])
    func badKey(key: String) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let answer = try await server.post("/jobs", Jobs.job(async: true), ["Idempotency-Key": key])
            #expect(answer.status == 400)
            #expect(try answer.json()["code"] == "QueryParseException")
        }
    }

    @Test("Faults of the stores are reported as what they are")
    func storageFaults() async throws {
        let system = TestSystem()
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try #require(try await server.post("/jobs", Jobs.job(async: false)).json()["run_id"]?.string)
            system.journal.failReads()
            let unreadable = try await server.get("/jobs/\(id)/result")
            #expect(unreadable.status == 500)
            #expect(try unreadable.json()["code"] == "OutputReadException")
            system.journal.failReads(with: nil)
            system.store.refuse(with: LIFError(.jobPostException, "The job could not be kept.", blame: .us))
            let refused = try await server.post("/jobs", Jobs.job(async: true))
            #expect(refused.status == 503 && refused["Retry-After"] == "1")
            #expect(try refused.json()["code"] == "JobPostException")
        }
    }

    @Test(
        "A plan that does not match the configuration is refused with the place",
        arguments: [
            Refusal(
                Jobs.part(source: "org9"), 400, "OperatorNotFoundException", "lif_query_plan[1].information_source_id"),
            Refusal(Jobs.part(adapter: "other"), 400, "OperatorNotFoundException", "lif_query_plan[1].adapter_id"),
            Refusal(
                Jobs.part(paths: #""Person.Name","Person.Contact""#), 400, "QueryParseException",
                "lif_query_plan[1].lif_fragment_paths[1]"),
            Refusal(
                Jobs.part(translation: #"{"source_schema_id":"26","target_schema_id":"17"}"#), 400,
                "QueryParseException",
                "lif_query_plan[1].translation"),
            Refusal(Jobs.part(paths: ""), 422, "QueryParseException", "lif_query_plan[1].lif_fragment_paths"),
            Refusal(Jobs.part(paths: "5"), 422, "QueryParseException", "lif_query_plan[1].lif_fragment_paths[0]"),
            Refusal(Jobs.part(translation: "[]"), 422, "QueryParseException", "lif_query_plan[1].translation"),
            Refusal(Jobs.part(learner: ""), 400, "QueryParseException", "identifier is empty"),
            Refusal("5", 422, "QueryParseException", "lif_query_plan[1]"),
            Refusal("{}", 422, "QueryParseException", "lif_query_plan[1].information_source_id"),
        ])
    func refusedPart(_ refusal: Refusal) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let answer = try await server.post("/jobs", Jobs.job(Jobs.part(), refusal.part, async: true))
            #expect(answer.status == refusal.status)
            let problem = try answer.json()
            #expect(problem["code"] == .string(refusal.code))
            let detail = try #require(problem["detail"]?.string)
            #expect(detail.contains(refusal.place))
        }
    }

    /// A part that is refused: status, code, and what the problem's detail says of its place.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let part: String
        let status: Int
        let code: String
        let place: String

        init(_ part: String, _ status: Int, _ code: String, _ place: String) {
            self.part = part
            self.status = status
            self.code = code
            self.place = place
        }

        var testDescription: String { "\(status) \(code): \(place)" }
    }
}
