import Foundation
import LIFHTTP
import LIFJSON
import Testing

/// The faults of the implementation that is replaced; each test says which one it does not have.
@Suite("Faults that we do not have")
struct ReferenceFaultTests {
    @Test("An identifier with a hyphen is one like any other")
    func hyphen() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serve(try home.configuration(sources: source.yaml("hr")))
            let answer = try await home.post(server.planner + "/query", Home.query(["SVU-20250001"]))
            #expect(answer.json.person?.count("Name") == 1)
            #expect(source.counts == ["SVU-20250001": 1])
        }
    }

    @Test("A failing source is not hidden by a good answer, and costs only its own data")
    func failingSource() async throws {
        try await Home.during { home in
            let good = try await home.source()
            let bad = try await home.changingSource("{}")
            bad.answer(status: 500, "{}")
            let server = try await home.serve(
                try home.configuration(sources: good.yaml("good") + bad.yaml("bad", "ttl_hours: 24\n    retries: 0")))
            let answer = try await home.post(
                server.planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
            #expect(answer.status == 200)
            #expect(answer.json.person?.count("Name") == 1)
            #expect(answer.response.header("LIF-Missing") == #""Person.Name";source=bad;reason=source-error"#)
        }
    }

    @Test("An unknown learner leaves no record, and is not fetched again on each query")
    func unknownLearner() async throws {
        try await Home.during { home in
            let source = try await home.changingSource("{}")
            source.answer(status: 404, "{}")
            let server = try await home.serve(try home.configuration(sources: source.yaml("hr")))
            for _ in 0..<3 {
                #expect(try await home.post(server.planner + "/query", Home.query(["100001"])).json == [])
            }
            #expect(source.count == 1)
        }
    }

    @Test("Sources are asked at the same time")
    func parallel() async throws {
        try await Home.during { home in
            let sources = [try await home.source(isHolding: true), try await home.source(isHolding: true)]
            let server = try await home.serve(
                try home.configuration(sources: sources[0].yaml("a") + sources[1].yaml("b")))
            async let answer = home.post(server.planner + "/query", Home.query(["100001"]))
            try await eventually("both are asked before either has answered") { sources.allSatisfy { $0.count == 1 } }
            for source in sources { source.release() }
            #expect(try await answer.json.person?.count("Name") == 2)
        }
    }

    @Test("Time to live is applied")
    func expiry() async throws {
        try await Home.during { home in
            let source = try await home.changingSource(#"{"name":[{"firstName":"first"}]}"#)
            let server = try await home.serve(
                try home.configuration(sources: source.yaml("hr", "ttl_hours: 0.00014")))
            _ = try await home.post(server.planner + "/query", Home.query(["100001"]))
            source.answer(#"{"name":[{"firstName":"second"}]}"#)
            try await eventually("the new data is there") {
                let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
                #expect(answer.json.person?.count("Name") == 1)
                return answer.json.person?["Name"]?.array?.first?["firstName"] == "second"
            }
        }
    }

    @Test("A query id and a run that never were are 404")
    func unknownIDs() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serve(try home.configuration(sources: source.yaml("hr")))
            for id in ["nonsense", String(repeating: "a", count: 32)] {
                #expect(try await home.get(server.planner + "/query/\(id)/status").status == 404)
                #expect(try await home.get(server.orchestrator + "/jobs/\(id)").status == 404)
                let results = try await home.post(
                    server.planner + "/orchestration/results",
                    Array(#"{"run_id":"\#(id)","query_plan_part_results":[]}"#.utf8))
                #expect([400, 404, 422].contains(results.status))
            }
        }
    }

    @Test("An answer outside its source's paths is not kept")
    func foreignPaths() async throws {
        try await Home.during { home in
            let partner = try await home.partner("org2")
            home.atEnd { await partner.stop() }
            let yaml = Home.yaml("org2", port: partner.port).replacingOccurrences(
                of: "lif_fragment_paths: [", with: "lif_fragment_paths: [Person.Name] #")
            let server = try await home.serve(try home.configuration(sources: yaml))
            let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
            #expect(answer.json.person?.object?.names == ["Name"])
        }
    }
}
