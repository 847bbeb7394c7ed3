import Foundation
import LIFHTTP
import LIFJSON
import Synchronization
import Testing

@Suite("Neighbours of a serving planner")
struct NeighbourTests {
    @Test("The embedded Identity Mapper gives the identifier that a source knows; without one the learner is not known")
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

    @Test(
        "A deployed Identity Mapper: the mapping that is spelled as the query is, and a learner with a slash in the name"
    )
    func deployedMapper() async throws {
        try await Home.during { home in
            let mapper = try await StandInServer.start { exchange in
                // It decodes a path before it looks for a route, and has one for these persons only.
                let path = exchange.request.path.removingPercentEncoding ?? ""
                guard path.split(separator: "/").count == 5, path.hasSuffix("/mappings") else {
                    return exchange.answer(status: 404, #"{"detail":"Not Found"}"#)
                }
                guard path == "/organizations/us/persons/100001/mappings" else { return exchange.answer("[]") }
                let mappings = [("SCHOOL_ASSIGNED_NUMBER", "T-1"), ("School-assigned number", "S-1")].map { type, id in
                    #"{"mapping_id":"1","lif_organization_id":"us","lif_organization_person_id":"100001","#
                        + #""target_system_id":"HR","target_system_person_id_type":"\#(type)","#
                        + #""target_system_person_id":"\#(id)"}"#
                }
                exchange.answer("[\(mappings.joined(separator: ","))]")
            }
            home.atEnd { await mapper.stop() }
            let source = try await home.source()
            let file = try home.configuration(
                sources: source.yaml("hr", "information_source_organization: HR"),
                settings:
                    "organization: us\nidentity_mapper: {type: remote, url: \"http://127.0.0.1:\(mapper.port)\"}\n")
            let server = try await home.serve(file)
            func ask(_ identifier: String, _ type: String) async throws -> Home.Answer {
                try await home.post(
                    server.planner + "/query",
                    Array(
                        #"""
                        {"filter":{"Person":{"Identifier":[{"identifier":"\#(identifier)","identifierType":"\#(type)"}]}},
                         "selected_fields":["Person.Name"]}
                        """#.utf8))
            }
            for (type, identifier) in [("School-assigned number", "S-1"), ("SCHOOL_ASSIGNED_NUMBER", "T-1")] {
                #expect(try await ask("100001", type).status == 200)
                #expect(source.counts[identifier] == 1)
            }
            // Without a mapping the source is asked by the query's own identifier.
            let slash = try await ask("2024/17", "SCHOOL_ASSIGNED_NUMBER")
            #expect(slash.status == 200 && slash.response.header("LIF-Missing") == nil, "\(slash.json)")
        }
    }

    @Test("An update goes to the LIF Cache with its bytes; without one, or when that is down, the sender is notified")
    func updates() async throws {
        try await Home.during { home in
            let (fault, sent) = (Noted(""), Noted(""))
            let cache = try await StandInServer.start { exchange in
                guard exchange.request.path == "/update" else { return exchange.answer("[]") }
                sent.text = String(decoding: exchange.request.body, as: UTF8.self)
                if !fault.text.isEmpty { return exchange.answer(status: 500, #"{"detail":"S3CR3T"}"#) }
                if sent.text.contains("unknown") {
                    return exchange.answer(status: 404, #"{"detail":"No matching record"}"#)
                }
                exchange.answer(#"{"Person":[{"Name":[{"firstName":"Ada"}]}]}"#)
            }
            home.atEnd { await cache.stop() }
            func update(_ learner: String) -> [UInt8] {
                Array(
                    #"""
                    {"updatePerson": {"filter": {"Person": {"Identifier": [{"identifier": "\#(learner)",
                     "identifierType": "SCHOOL_ASSIGNED_NUMBER"}]}}, "input": {"Person": {"Name": [{"firstName": "Ada"}]}}}}
                    """#.utf8)
            }
            let source = try await home.source()
            let file = try home.configuration(
                sources: source.yaml("hr"), settings: "lif_cache: {url: \"http://127.0.0.1:\(cache.port)\"}\n")
            let server = try await home.serve(file)
            let done = try await home.post(server.planner + "/update", update("100001"))
            #expect(done.status == 200 && done.json.count("Person") == 1)
            #expect(sent.text == String(decoding: update("100001"), as: UTF8.self))
            let unknown = try await home.post(server.planner + "/update", update("unknown"))
            #expect(unknown.status == 404 && unknown.json["detail"] == "No matching record")
            fault.text = "down"
            let failed = try await home.post(server.planner + "/update", update("100001"))
            #expect(failed.status == 503 && failed.json["code"] == "NeighbourNotAvailable")
            #expect(failed.json["detail"]?.string?.contains("may have been made") == true)
            #expect(await server.process.stop() == 0)
            let without = try await home.serve(try home.configuration(sources: source.yaml("hr")))
            let refused = try await home.post(without.planner + "/update", update("100001"))
            #expect(refused.status == 400 && refused.json["code"] == "NotSupportedYet")
            #expect(refused.json["detail"]?.string?.contains("lif_cache.url") == true)
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
final class Noted: Sendable {
    private let noted: Mutex<String>

    init(_ text: String) { noted = Mutex(text) }

    var text: String {
        get { noted.withLock { $0 } }
        set { noted.withLock { $0 = newValue } }
    }
}
