import Foundation
import LIFHTTP
import LIFJSON
import Synchronization
import Testing

@Suite("Neighbours of a serving planner")
struct NeighbourTests {
    @Test("The embedded Identity Mapper tells which identifier a source knows; without one the learner is not known")
    func identities() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(
                sources: source.yaml("hr", "information_source_organization: HR\n    identity: skip"),
                settings: "organization: us\nidentity_mapper: {type: embedded}\n")
            let server = try await home.serve(file)
            func ask() async throws -> Home.Answer {
                try await home.post(server.planner + "/query", Home.query(["100001"]), headers: Home.native)
            }
            let unknown = try await ask()
            #expect(unknown.status == 404)
            #expect(unknown.json["code"] == "LearnerNotFound")
            let mapping = #"""
                {"lif_organization_id":"us","lif_organization_person_id":"100001","target_system_id":"HR",
                 "target_system_person_id_type":"EMPLOYEE_NUMBER","target_system_person_id":"E-7"}
                """#
            let added = try await home.post(
                server.planner + "/organizations/us/persons/100001/mappings", Array("[\(mapping)]".utf8))
            #expect((200..<300).contains(added.status), "\(added.json)")
            #expect(try await ask().status == 200)
            #expect(source.counts == ["E-7": 1])
            let listed = try await home.get(server.planner + "/organizations/us/persons/100001/mappings")
            #expect(listed.json.array?.first?["target_system_person_id"] == "E-7")
        }
    }

    @Test("An orchestrator that only posts results: the query gets them as they come")
    func pushedResults() async throws {
        try await Home.during { home in
            let planner = Noted("")
            let run = String(repeating: "7", count: 32)
            let http = home.http
            let orchestrator = try await StandInServer.start { exchange in
                guard exchange.request.path == "/jobs" else {
                    // It has a status, and no results to be asked for.
                    return exchange.request.path == "/jobs/\(run)"
                        ? exchange.answer(#"{"job_id":"\#(run)","status":"RUNNING","metadata":{}}"#)
                        : exchange.answer(status: 404, #"{"detail":"Not Found"}"#)
                }
                let results = #"""
                    {"run_id":"\#(run)","query_plan_part_results":[{"information_source_id":"hr","adapter_id":"rest",
                    "data_timestamp":null,"person_id":{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"},
                    "fragments":[{"fragment_path":"Person.Name","fragment":[{"firstName":"Pushed"}]}],"error":null}]}
                    """#
                // The results come before the answer that tells the run's id.
                exchange.answer(#"{"run_id":"\#(run)"}"#, after: .milliseconds(200))
                let url = planner.text + "/orchestration/results"
                Task {
                    try await http.send(
                        OutgoingRequest(.post, url: url, body: Array(results.utf8), timeout: .seconds(20)))
                }
            }
            home.atEnd { await orchestrator.stop() }
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("hr"))
            let server = try await home.servePlanner(file, orchestrator: "http://127.0.0.1:\(orchestrator.port)")
            planner.text = server.planner
            let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
            #expect(answer.json.person?["Name"]?.array?.first?["firstName"] == "Pushed")
            #expect(source.count == 0)
        }
    }

    @Test("A LIF Cache that fills gaps is asked for paths that no source supplies, and its failure is reported")
    func recordCache() async throws {
        try await Home.during { home in
            let fault = Noted("")
            let cache = try await StandInServer.start { exchange in
                if !fault.text.isEmpty { return exchange.answer(status: 500, "{}") }
                exchange.answer(
                    #"[{"Person":[{"Identifier":[{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}],"Proficiency":[{"name":"from the cache"}]}]}]"#
                )
            }
            home.atEnd { await cache.stop() }
            let source = try await home.source()
            let file = try home.configuration(
                sources: source.yaml("hr"),
                settings: "lif_cache: {url: \"http://127.0.0.1:\(cache.port)\", role: fallback, write: never}\n")
            let server = try await home.serve(file)
            let query = Home.query(["100001"], fields: ["Person.Name", "Person.Proficiency"])
            let answer = try await home.post(server.planner + "/query", query)
            #expect(answer.json.person?.count("Name") == 1)
            #expect(answer.json.person?["Proficiency"]?.array?.first?["name"] == "from the cache")
            fault.text = "down"
            let partly = try await home.post(server.planner + "/query", query)
            #expect(partly.response.header("LIF-Missing")?.contains("lif-cache") == true)
            let nothing = try await home.post(
                server.planner + "/query", Home.query(["100001"], fields: ["Person.Proficiency"]))
            #expect(nothing.status == 503)
            #expect(nothing.json["code"] == "NeighbourNotAvailable")
            #expect(nothing.json["detail"]?.string?.contains("LIF Cache") == true)
        }
    }

    @Test("The data model of an MDR decides which fields there are, also when the MDR is down after a restart")
    func metadata() async throws {
        try await Home.during { home in
            let fault = Noted("")
            let mdr = try await StandInServer.start { exchange in
                if !fault.text.isEmpty { return exchange.answer(status: 500, "{}") }
                exchange.answer(
                    #"""
                    {"openapi":"3.0.0","info":{"title":"LIF","version":"1"},"paths":{},"components":{"schemas":{"Person":{"type":"object",
                    "properties":{"Name":{"type":"array","items":{"type":"object","properties":{"firstName":{"type":"string"}}}}}}}}}
                    """#)
            }
            home.atEnd { await mdr.stop() }
            let source = try await home.source()
            let file = try home.configuration(
                sources: source.yaml("hr"),
                settings: "mdr: {url: \"http://127.0.0.1:\(mdr.port)\", data_model: \"17\"}\n")
            func mistaken(_ server: Home.Server) async throws -> Home.Answer {
                try await home.post(
                    server.planner + "/query", Home.query(["100001"], fields: ["Person.Name.fristName"]))
            }
            let first = try await home.serve(file)
            try await eventually("the model is there") { try await mistaken(first).status == 400 }
            #expect(try await mistaken(first).json["detail"]?.string?.contains("Person.Name.firstName") == true)
            #expect(await first.process.stop() == 0)
            fault.text = "down"
            let second = try await home.serve(file)
            #expect(try await mistaken(second).json["code"] == "LearnerDataNotFound")
        }
    }
}

/// What a test tells a server that it runs.
private final class Noted: Sendable {
    private let noted: Mutex<String>

    init(_ text: String) { noted = Mutex(text) }

    var text: String {
        get { noted.withLock { $0 } }
        set { noted.withLock { $0 = newValue } }
    }
}
