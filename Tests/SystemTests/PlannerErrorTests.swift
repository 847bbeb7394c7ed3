import Foundation
import LIFHTTP
import LIFJSON
import Testing

@Suite("Each error of the planner, provoked on a running server")
struct PlannerErrorTests {
    private func expect(
        _ answer: Home.Answer, _ status: Int, _ code: JSONValue, _ words: String...,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status, sourceLocation: location)
        #expect(answer.json["code"] == code, "\(answer.json)", sourceLocation: location)
        for word in words {
            #expect(answer.json["detail"]?.string?.contains(word) == true, "\(answer.json)", sourceLocation: location)
        }
        #expect(answer.response.header("Content-Type") == "application/problem+json", sourceLocation: location)
    }

    private static func body(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("Queries that are not valid, not supported, or ask for what nobody has")
    func queries() async throws {
        try await Home.during { home in
            let source = try await home.changingSource("{}")
            let file = try home.configuration(sources: source.yaml("hr"))
            let server = try await home.serve(file)
            func ask(_ body: String, _ headers: [(name: String, value: String)] = []) async throws -> Home.Answer {
                try await home.post(server.planner + "/query", Self.body(body), headers: headers)
            }
            expect(try await ask("{"), 400, "QueryNotValid", "line 1")
            expect(try await ask("[]"), 422, "QueryNotValid", "filter")
            expect(try await ask(#"{"query":"$.Person[?@.Identifier["}"#), 400, "QueryNotValid", "column 24")
            expect(try await ask(#"{"query":"$.Person.Name"}"#), 400, "QueryNotValid", "learner")
            expect(try await ask(#"{"query":"$.Person[?@.Name[?@.firstName=='x']]"}"#), 400, "NotSupportedYet")
            let unknown = Home.query(["100001"], fields: ["Person.CredentialAwards"])
            expect(
                try await home.post(server.planner + "/query", unknown), 400, "LearnerDataNotFound",
                "Person.CredentialAward")
            expect(try await home.post(server.planner + "/update", Self.body("{}")), 400, "NotSupportedYet")
            source.answer(status: 404, "{}")
            expect(
                try await home.post(server.planner + "/query", Home.query(["SVU-20250001"]), headers: Home.native), 404,
                "LearnerNotFound")
            let compatible = try await home.post(server.planner + "/query", Home.query(["SVU-20250001"]))
            #expect(compatible.status == 200 && compatible.json == [])
            let id = String(repeating: "0", count: 32)
            expect(try await home.get(server.planner + "/query/\(id)"), 404, "CorrelationIDNotFound")
            expect(try await home.get(server.planner + "/query/\(id)/status"), 404, "CorrelationIDNotFound")
            expect(try await home.get(server.planner + "/query/\(id)/events"), 404, "CorrelationIDNotFound")
            expect(try await home.get(server.planner + "/query/nonsense"), 404, "CorrelationIDNotFound")
        }
    }

    @Test("Sources that fail, too many pending queries, a time that is up, an answer that is no longer kept")
    func limits() async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            let file = try home.configuration(
                sources: source.yaml("hr", "timeout: 60s"),
                settings: "planner: {port: 0, timeout: 1s, pending_limit: 1}\n")
            let server = try await home.serve(file)
            let late = try await home.post(server.planner + "/query", Home.query(["100001"]))
            expect(late, 408, "QueryTimeout", "/query/")
            let location = try #require(late.response.header("Location"))
            expect(
                try await home.post(
                    server.planner + "/query", Home.query(["100002"]), headers: [("Prefer", "respond-async")]), 503,
                "Overloaded")
            #expect(try await home.get(server.planner + location).status == 202)
            source.release()
            #expect(try await home.get(server.planner + location, headers: [("Prefer", "wait=25")]).status == 200)
            #expect(await server.process.stop() == 0)

            try home.configuration(
                sources: source.yaml("hr"),
                settings: "planner: {port: 0, retention: {results: 1s, requests: 1h}}\n")
            try await Task.sleep(for: .milliseconds(1_100))
            let later = try await home.serve(file)
            try await eventually("it is not kept any more") {
                try await home.get(later.planner + location).status == 410
            }
            expect(try await home.get(later.planner + location), 410, "ResultExpired")
        }
    }

    @Test("No source is a 503 that names it, and no orchestrator a query that goes on; neither is an empty answer")
    func neighbours() async throws {
        try await Home.during { home in
            let source = try await home.changingSource("{}")
            source.answer(status: 500, "{}")
            let file = try home.configuration(sources: source.yaml("hr", "ttl_hours: 24\n    retries: 0"))
            let server = try await home.serve(file)
            expect(
                try await home.post(server.planner + "/query", Home.query(["100001"])), 503, "SourcesNotAvailable",
                "hr (source-error)")
            let nowhere = try StandInServer.ReservedPort()
            let hasty = try home.configuration(
                sources: source.yaml("hr"), settings: "planner: {port: 0, timeout: 1s}\n")
            let alone = try await home.servePlanner(hasty, orchestrator: "http://127.0.0.1:\(nowhere.number)")
            let late = try await home.post(alone.planner + "/query", Home.query(["100002"]))
            expect(late, 408, "QueryTimeout", "/query/")
            let location = try #require(late.response.header("Location"))
            #expect(try await home.get(alone.planner + location).status == 202)
            #expect(alone.process.errors.contains("it cannot be reached"))
        }
    }

    @Test("A query that comes back to where it came from is refused")
    func loops() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("hr"), settings: "organization: us\n")
            let server = try await home.serve(file)
            let looped = try await home.post(
                server.planner + "/query", Home.query(["100001"]), headers: [("LIF-Via", "us, them")])
            expect(looped, 508, "FederationLoop")
            #expect(source.count == 0)
            let through = try await home.post(
                server.planner + "/query", Home.query(["100001"]), headers: [("LIF-Via", "them")])
            #expect(through.status == 200)
        }
    }
}
