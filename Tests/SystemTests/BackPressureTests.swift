import Foundation
import LIFHTTP
import LIFJSON
import Testing

@Suite("Back-pressure")
struct BackPressureTests {
    @Test("Past the limit jobs are refused with 503 and Retry-After, none is dropped, and later they are taken")
    func limit() async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            let server = try await home.serveOrchestrator(
                try home.configuration(
                    sources: source.yaml("hr"), settings: "orchestrator: {port: 0, open_part_limit: 3}\n"))
            func parts(_ job: Int, _ count: Int) -> [JSONValue] {
                (0..<count).map { CountingSource.part("hr", learner: "j\(job)-p\($0)") }
            }
            var jobs = [try await home.accepted(parts(0, 2), at: server.orchestrator)]
            let refused = try await home.submit(parts(1, 2), at: server.orchestrator)
            refused.expect(503, "Overloaded", "submit it again later.")
            #expect(refused.response.header("Retry-After").flatMap { Int($0) } != nil)
            jobs.append(try await home.accepted(parts(2, 1), at: server.orchestrator))
            #expect(try await home.submit(parts(3, 1), at: server.orchestrator).status == 503)
            #expect(try await home.metric("lif_jobs_refused_total", at: server.orchestrator) == 2)
            #expect(try await home.metric("lif_open_parts", at: server.orchestrator) == 3)

            source.release()
            for job in jobs { #expect(try await home.result(job, at: server.orchestrator).status == 200) }
            #expect(source.counts.count == 3, "Nothing of a refused job was fetched")
            // One job is always taken when nothing else waits, however many parts it has.
            var large: String?
            try await eventually("there is room again") {
                large = try await home.submit(parts(4, 5), at: server.orchestrator).json["run_id"]?.string
                return large != nil
            }
            let result = try await home.result(try #require(large), at: server.orchestrator)
            #expect(result.json.results.count == 5)
        }
    }

    @Test("Of many clients that come back as the answer says, each gets its job done, once")
    func manyClients() async throws {
        try await Home.during { home in
            let source = try await home.source(delay: 5...30)
            let server = try await home.serveOrchestrator(
                try home.configuration(
                    sources: source.yaml("hr"), settings: "orchestrator: {port: 0, open_part_limit: 4}\n"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<20 {
                    group.addTask {
                        let part = CountingSource.part("hr", learner: "c\(client)")
                        var answer = try await home.submit([part], at: server.orchestrator)
                        while answer.status == 503 {
                            #expect(answer.json["code"] == "Overloaded")
                            // Less patient than told, so that the test is over soon.
                            try await Task.sleep(for: .milliseconds(Int.random(in: 20...60)))
                            answer = try await home.submit([part], at: server.orchestrator)
                        }
                        let job = try #require(answer.json["run_id"]?.string)
                        #expect(try await home.result(job, at: server.orchestrator).status == 200)
                    }
                }
                try await group.waitForAll()
            }
            #expect(source.counts.values.allSatisfy { $0 == 1 })
            #expect(source.counts.count == 20)
        }
    }
}
