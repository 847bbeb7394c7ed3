import Foundation
import LIFHTTP
import LIFJSON
import Testing

@Suite("Freshness, between real processes")
struct FreshnessTests {
    private static func names(_ answer: Home.Answer) -> [String] {
        answer.json.person?["Name"]?.array?.compactMap { $0["firstName"]?.string } ?? []
    }

    private static func awards(_ answer: Home.Answer) -> [String] {
        answer.json.person?["CredentialAward"]?.array?.compactMap { $0["title"]?.string } ?? []
    }

    @Test(
        "After each expiry the record is what the sources have now: changed entries are replaced, dropped ones gone")
    func refreshes() async throws {
        try await Home.during { home in
            let steady = try await home.changingSource(#"{"name":[{"firstName":"S"}],"awards":[{"title":"steady"}]}"#)
            let moving = try await home.changingSource(
                #"{"name":[{"firstName":"M"}],"awards":[{"title":"one"},{"title":"two"},{"title":"three"}]}"#)
            let file = try home.configuration(
                sources: steady.yaml("steady") + moving.yaml("moving", "ttl_hours: 0.00014"))
            let server = try await home.serve(file)
            func ask(_ count: Int) async throws -> Home.Answer {
                var answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
                try await eventually("the source is asked again") {
                    answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
                    return moving.count >= count
                }
                return answer
            }
            #expect(Self.awards(try await ask(1)) == ["steady", "one", "two", "three"])
            moving.answer(#"{"name":[{"firstName":"M"}],"awards":[{"title":"one"},{"title":"three"}]}"#)
            #expect(Self.awards(try await ask(moving.count + 1)) == ["steady", "one", "three"])
            moving.answer(#"{"name":[{"firstName":"M2"}],"awards":[{"title":"one, changed"},{"title":"three"}]}"#)
            let changed = try await ask(moving.count + 1)
            #expect(Self.awards(changed) == ["steady", "one, changed", "three"])
            #expect(Self.names(changed) == ["S", "M2"])
            moving.answer(#"{"name":[],"awards":[]}"#)
            let emptied = try await ask(moving.count + 1)
            #expect(Self.awards(emptied) == ["steady"])
            #expect(Self.names(emptied) == ["S"])
            #expect(steady.count == 1, "What is fresh is not fetched again")
        }
    }

    @Test("Fifty equal cold queries at once make one fetch at each partner")
    func oneFetch() async throws {
        try await Home.during { home in
            let sources = [try await home.source(isHolding: true), try await home.source(isHolding: true)]
            let file = try home.configuration(sources: sources[0].yaml("a") + sources[1].yaml("b"))
            let server = try await home.serve(file)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await home.post(server.planner + "/query", Home.query(["100001"])).json.person?
                            .count("Name") ?? 0
                    }
                }
                try await eventually("both are asked") { sources.allSatisfy { $0.count >= 1 } }
                for source in sources { source.release() }
                for try await names in group { #expect(names == 2) }
            }
            #expect(sources.map(\.count) == [1, 1])
        }
    }

    @Test(
        "A request may want newer data; what is kept serves while the source is asked again"
    )
    func headers() async throws {
        try await Home.during { home in
            let source = try await home.changingSource(#"{"name":[{"firstName":"first"}]}"#)
            let file = try home.configuration(
                sources: source.yaml("hr", "ttl_hours: 0.00028\n    stale_while_revalidate: 1h"))
            let server = try await home.serve(file)
            func ask(_ headers: [(name: String, value: String)] = []) async throws -> Home.Answer {
                try await home.post(server.planner + "/query", Home.query(["100001"]), headers: headers)
            }
            let first = try await ask()
            #expect(first.response.header("Age") == "0")
            source.answer(#"{"name":[{"firstName":"second"}]}"#)
            #expect(Self.names(try await ask([("Cache-Control", "no-cache")])) == ["second"])
            #expect(Self.names(try await ask([("Cache-Control", "max-age=3600")])) == ["second"])
            #expect(source.count == 2)
            source.answer(#"{"name":[{"firstName":"third"}]}"#)
            try await eventually("it has expired, and is served stale") {
                let answer = try await ask()
                return answer.response.header("LIF-Missing")?.contains("revalidating") == true
                    && Self.names(answer) == ["second"]
            }
            try await eventually("the next ones see the new data") { Self.names(try await ask()) == ["third"] }
        }
    }

    @Test("An answer under a correlation id is not sent again to who has it")
    func entityTag() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serve(try home.configuration(sources: source.yaml("hr")))
            let promised = try await home.post(
                server.planner + "/query", Home.query(["100001"]), headers: [("Prefer", "respond-async")])
            let location = try #require(promised.response.header("Location"))
            let first = try await home.get(server.planner + location, headers: [("Prefer", "wait=25")])
            let tag = try #require(first.response.header("ETag"))
            let again = try await home.get(server.planner + location, headers: [("If-None-Match", tag)])
            #expect(again.status == 304)
            #expect(again.response.body.isEmpty)
            #expect(try await home.get(server.planner + location, headers: [("If-None-Match", "\"x\"")]).status == 200)
        }
    }
}
