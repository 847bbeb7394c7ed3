import HTTPTypes
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFServer

@Suite("Views of a job", .timeLimit(.minutes(1)))
struct JobViewTests {
    @Test("The graph has the tasks with what they wait for and how far they have come")
    func graph() async throws {
        let slow = ScriptedOperator(.hang)
        try await TestServer.orchestrator(TestSystem(["partner two": slow])) { (server) async throws in
            let workflow = #"{"tasks":{"part-0/fetch":{"timeout":"250ms","retries":3,"priority":7}}}"#
            let id = try await server.submit(
                Jobs.job(Jobs.part(), Jobs.part(source: "partner two"), workflow: workflow))
            try await eventually("the first part has landed") {
                try await server.get("/jobs/\(id)").json()["progress"]?["done"] == 1
            }
            let answer = try await server.get("/jobs/\(id)/graph")
            #expect(answer["Content-Type"] == "application/json" && answer["Vary"] == "Accept")
            let document = try answer.json()
            #expect(document["job_id"] == .string(id))
            let tasks = try #require(document["tasks"]?.array)
            let states = Dictionary(
                uniqueKeysWithValues: tasks.compactMap { task in
                    task["id"]?.string.flatMap { id in task["state"]?.string.map { (id, $0) } }
                })
            #expect(
                states == [
                    "start": "done", "part-0/fetch": "done", "part-0/store": "done", "part-1/fetch": "waiting",
                    "part-1/store": "waiting", "finish": "waiting",
                ])
            #expect(tasks.filter { $0["upstream"] == [] }.map { $0["id"] } == ["start"])
            let fetch = try #require(tasks.first { $0["id"] == "part-0/fetch" })
            #expect(fetch["kind"] == "fetch" && fetch["source"] == "org1" && fetch["operator"] == "adapter-of-org1")
            #expect(fetch["upstream"] == ["start"] && fetch["pool"] == "org1")
            #expect(fetch["priority"] == 7 && fetch["retries"] == 3)
            #expect(fetch["timeout_seconds"]?.number?.double == 0.25)
            let finish = try #require(tasks.first { $0["id"] == "finish" })
            #expect(finish["upstream"] == ["part-0/store", "part-1/store"] && finish["operator"] == .null)
        }
    }

    @Test("Tasks of a part that failed are failed, and the rest is done, when the job has ended")
    func failed() async throws {
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.orchestrator(TestSystem(["org1": failing])) { (server) async throws in
            let id = try await server.finish(Jobs.job())
            let tasks = try await server.get("/jobs/\(id)/graph").json()["tasks"]?.array ?? []
            #expect(tasks.map { $0["state"] } == ["done", "failed", "failed", "done"])
        }
    }

    @Test(
        "Accept chooses between JSON and a flowchart",
        arguments: [
            (nil, "application/json"), ("*/*", "application/json"), ("application/json", "application/json"),
            ("text/html", "application/json"), ("text/vnd.mermaid", "text/vnd.mermaid; charset=utf-8"),
            ("text/plain", "text/plain; charset=utf-8"), ("text/*", "text/vnd.mermaid; charset=utf-8"),
            ("application/json;q=0.5, text/vnd.mermaid", "text/vnd.mermaid; charset=utf-8"),
            ("text/vnd.mermaid;q=0.1, application/json", "application/json"),
        ] as [(String?, String)])
    func flowchart(accept: String?, type: String) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let id = try await server.finish(Jobs.job())
            let answer = try await server.get("/jobs/\(id)/graph", accept.map { ["Accept": $0] } ?? [:])
            #expect(answer.status == 200 && answer["Content-Type"] == type && answer["Vary"] == "Accept")
            if type == "application/json" {
                #expect(try answer.json()["tasks"]?.array?.count == 4)
            } else {
                #expect(answer.body.hasPrefix("flowchart TD\n") && answer.body.contains("classDef done"))
            }
        }
    }

    @Test("The log is lines for people, or JSON for who asks for it")
    func log() async throws {
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.orchestrator(TestSystem(["partner two": failing])) { (server) async throws in
            let learner = "S3CR3T-4711"
            let parts = [Jobs.part(learner: learner), Jobs.part(source: "partner two", learner: learner)]
            let id = try await server.finish(Jobs.job(parts[0], parts[1]))
            let text = try await server.get("/jobs/\(id)/log")
            #expect(text["Content-Type"] == "text/plain; charset=utf-8" && text["Vary"] == "Accept")
            let lines = text.body.split(separator: "\n")
            #expect(lines.first?.hasPrefix("2027-01-15T08:00:00.000Z info accepted ") == true)
            #expect(lines.last?.contains(" info ended ") == true)
            #expect(lines.contains { $0.contains(" warning landed part-1/store #1 ") && $0.contains("unreachable") })
            let document = try await server.get("/jobs/\(id)/log", ["Accept": "application/json"])
            #expect(document["Content-Type"] == "application/json")
            let entries = try #require(try document.json()["entries"]?.array)
            #expect(entries.count == lines.count)
            #expect(entries[0].object?.names == ["at", "level", "event", "task", "message"])
            #expect(entries[0]["event"] == "accepted" && entries[0]["task"] == .null)
            let landed = try #require(entries.first { $0["task"] == "part-1/store" })
            #expect(landed["level"] == "warning" && landed["attempt"] == 1)
            #expect(!text.body.contains("S3CR3T") && !document.body.contains("S3CR3T"))
        }
    }

    @Test(
        "What a client accepts is read as RFC 9110 says",
        arguments: [
            ([], "a/x"), ([""], "a/x"), (["*/*"], "a/x"), (["b/y"], "b/y"), (["B/Y"], "b/y"), (["b/*"], "b/y"),
            (["a/x, b/y"], "a/x"), (["a/x;q=0.5", "b/y;q=0.6"], "b/y"), (["a/x ; Q=0.5 , b/y ; q=0.6"], "b/y"),
            (["a/x;q=0, */*"], "b/y"), (["b/y;q=0"], "a/x"), (["c/z"], "a/x"), (["*/*;q=0.9, b/*;q=1"], "b/y"),
            (["b/y;q=x, a/x;q=0.9"], "b/y"), (["b/y;version=1"], "b/y"), ([",;=,"], "a/x"), (["b/yy"], "a/x"),
        ] as [([String], String)])
    func accept(fields: [String], type: String) {
        enum Offer: String {
            case first = "a/x"
            case second = "b/y"
        }
        var headers: HTTPFields = [:]
        for field in fields { headers.append(HTTPField(name: .accept, value: field)) }
        let header = AcceptHeader(headers)
        #expect(header.preferred(among: [Offer.first, .second], otherwise: .first).rawValue == type)
    }
}
