import LIFModel
import LIFOrchestrator
import LIFServer
import LIFTesting
import Testing

@Suite("The metrics route", .timeLimit(.minutes(1)))
struct MetricsRouteTests {
    @Test("What was counted is shown as Prometheus text, with a sentence for each metric and no learner's value")
    func text() async throws {
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.orchestrator(TestSystem(["partner two": failing])) { (server) async throws in
            let parts = [Jobs.part(learner: "S3CR3T"), Jobs.part(source: "partner two", learner: "S3CR3T")]
            _ = try await server.finish(Jobs.job(parts[0], parts[1]))
            let answer = try await server.get("/metrics")
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.body.split(separator: "\n").map(String.init)
            #expect(lines.contains("lif_jobs_accepted_total 1"))
            #expect(lines.contains(#"lif_jobs_finished_total{status="COMPLETED"} 1"#))
            #expect(lines.contains { $0.hasPrefix("lif_parts_total{") && $0.contains(#"source="partner two""#) })
            let described = Set(lines.filter { $0.hasPrefix("# HELP ") }.map { $0.split(separator: " ")[2] })
            let families = Set(lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] })
            #expect(families.count >= 6 && families.isSubset(of: described))
            #expect(families.isSubset(of: OrchestratorMetrics.help.map { Substring($0.name) }))
            #expect(!answer.body.contains("S3CR3T"))
        }
    }

    @Test("Where a token is configured, metrics need it, and the description of the routes does not")
    func token() async throws {
        let listener = ListenerConfiguration(port: 0, token: "t", allowedHosts: ["orchestrator.example"])
        try await TestServer.orchestrator(TestSystem(), listener) { (server) async throws in
            for (path, status) in [("/metrics", 401), ("/openapi.json", 200), ("/docs", 200), ("/docs/", 200)] {
                #expect(try await server.get(path).status == status, "\(path)")
                #expect(try await server.get(path, ["X-API-Key": "t"]).status == 200, "\(path)")
                #expect(try await server.get(path, ["Host": "other.example"]).status == 421, "\(path)")
            }
            #expect(try await server.post("/docs", "").status == 401)
            #expect(try await server.get("/docs/x").status == 401)
        }
    }
}
