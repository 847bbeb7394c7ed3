import LIFJSON
import LIFModel
import LIFTesting
import Testing

@Suite("Privacy", .timeLimit(.minutes(1)))
struct PrivacyTests {
    private static let learner = "S3CR3T-4711"
    private static let type = "S3CR3T_TYPE"

    /// Requests of every kind that name a learner, good and bad.
    private static let bodies: [(path: String, body: String, headers: [String: String])] = [
        ("/query", Queries.query(#""Person.Name""#, learner: learner), [:]),
        ("/query", Queries.query(#""Person.Name""#, learner: learner), Queries.native),
        ("/query", Queries.query(#""Person.Name""#, learner: learner + "2"), Queries.respondAsync),
        ("/query", Queries.query(#""Person.Nmae""#, learner: learner), [:]),
        ("/query", #"{"filter":{"Person":{"Identifier":[{"identifier":"\#(learner)"}]}}}"#, [:]),
        ("/query", #"{"filter":{"Person":{"Identifier":"\#(learner)"}}}"#, [:]),
        ("/query", #"{"filter":{"Person":{"Identifier":{"\#(learner)":1}}}}"#, [:]),
        ("/query", #"{"filter":{"\#(learner)":{}}}"#, [:]),
        ("/query", #"{"\#(learner)":1}"#, [:]),
        ("/query", #"{"filter":"\#(learner)"#, [:]),
        ("/query", #"{"filter":{"Person":{"Identifier":\#(Queries.identifier(learner))}},"\#(learner)":1}"#, [:]),
        ("/update", #"{"updatePerson":{"filter":{"Person":{"Identifier":"\#(learner)"}},"input":"\#(learner)"}}"#, [:]),
        ("/query", "\(learner)", [:]),
        ("/query", #"{"query":"$.Person[?@.Identifier[?@.identifier=='\#(learner)']]"}"#, [:]),
        ("/query_async", Queries.query("", learner: String(repeating: learner, count: 200)), [:]),
        ("/query_async", Queries.query("", learner: learner + #"\u0007"#), [:]),
        ("/\(learner)", "{}", [:]),
        ("/query/\(learner)", "{}", [:]),
    ]

    private static let jobs = [
        Jobs.job(Jobs.part(learner: learner), async: false),
        Jobs.job(Jobs.part(source: "partner two", learner: learner), async: true),
        Jobs.job(Jobs.part(paths: #""Person.Contact""#, learner: learner), async: false),
        Jobs.job(Jobs.part(source: "org9", learner: learner), async: false),
        #"{"lif_query_plan":[{"information_source_id":"org1","person_id":"\#(learner)"}]}"#,
        #"{"lif_query_plan":"\#(learner)"}"#,
    ]

    @Test("No learner's identifier or data is in a log line or a problem document, at any level of logging")
    func identifiers() async throws {
        let log = RecordedLog()
        let data = ScriptedOperator.Step.fragments([TestSystem.fragment("Name", #"{"lastName":"S3CR3T"}"#)])
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        let system = TestSystem(["org1": ScriptedOperator(data), "partner two": failing], log: log)
        var problems = 0
        func check(_ answer: Connection.Answer) {
            guard answer["Content-Type"] == "application/problem+json" else { return }
            problems += 1
            #expect(!answer.body.contains("S3CR3T"))
            #expect(!answer.headers.contains { $0.value.contains("S3CR3T") })
        }
        try await TestServer.planner(system) { (server) async throws in
            for request in Self.bodies {
                check(try await server.post(request.path, request.body, request.headers))
            }
            check(try await server.get("/query/\(Self.learner)/status?\(Self.learner)"))
            check(try await server.get("/\(Self.learner)"))
        }
        try await TestServer.orchestrator(system) { (server) async throws in
            for job in Self.jobs { check(try await server.post("/jobs", job, ["Idempotency-Key": Self.learner])) }
            check(try await server.get("/jobs/\(Self.learner)/result"))
            check(try await server.get("/jobs?source=\(Self.learner)&learner=\(Self.learner)"))
            let id = try await server.finish(Jobs.job(Jobs.part(learner: Self.learner)))
            for view in ["events", "graph", "log"] {
                let answer = try await server.get("/jobs/\(id)/\(view)", ["Last-Event-ID": Self.learner])
                check(answer)
                #expect(!answer.body.contains("S3CR3T"))
            }
            for (method, path) in [
                ("DELETE", "/jobs/\(id)/result"), ("POST", "/jobs/\(id)/retry"), ("DELETE", "/jobs/\(id)"),
            ] {
                #expect(!(try await server.send(method, path).body.contains("S3CR3T")))
            }
            for schedule in [#"{"interval":"1h"}"#, #"{"cron":"\#(Self.learner)"}"#, #"{"\#(Self.learner)":1}"#] {
                let job = Jobs.job(Jobs.part(learner: Self.learner), workflow: #"{"schedule":\#(schedule)}"#)
                let answer = try await server.post("/schedules", job)
                if answer.status == 201 { #expect(!answer.body.contains("S3CR3T")) }
            }
            check(try await server.send("DELETE", "/schedules/\(Self.learner)"))
        }
        #expect(problems >= 19)
        #expect(log.lines.contains { $0.contains("Answered") && $0.contains("/query") })
        for line in log.lines { #expect(!line.contains("S3CR3T")) }
    }

    @Test("A request is logged by its route, and a good one only to who looks closely")
    func routes() async throws {
        let log = RecordedLog()
        try await TestServer.planner(TestSystem(log: log)) { (server) async throws in
            _ = try await server.get("/health")
            _ = try await server.get("/query/abc/status")
            _ = try await server.get("/nothing")
        }
        let lines = log.lines.filter { $0.contains("Answered") }
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("debug") && lines[0].contains("/health"))
        #expect(lines[1].hasPrefix("info") && !lines[1].contains("abc") && lines[1].contains("CorrelationIDNotFound"))
        #expect(lines[2].hasPrefix("info") && !lines[2].contains("nothing"))
    }

    @Test("A fault of the server's own is logged as an error, with what is known of its cause")
    func faults() async throws {
        let log = RecordedLog()
        let system = TestSystem(log: log)
        try await TestServer.orchestrator(system) { (server) async throws in
            let id = try #require(try await server.post("/jobs", Jobs.job(async: true)).json()["run_id"]?.string)
            system.journal.failReads()
            _ = try await server.get("/jobs/\(id)")
        }
        let line = try #require(log.lines.last { $0.contains("Answered") })
        #expect(line.hasPrefix("error"))
        #expect(line.contains("OutputReadException") && line.contains("The store is damaged."))
    }
}
