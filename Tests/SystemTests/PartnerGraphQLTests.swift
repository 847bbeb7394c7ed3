import Foundation
import LIFHTTP
import LIFJSON
import Synchronization
import Testing

/// Partners that answer as real GraphQL servers do: with data and errors, without introspection, in GraphQL's names.
@Suite("Partners' GraphQL, between real processes")
struct PartnerGraphQLTests {
    /// A partner with these entities and their text fields; the answer to each query for a learner is the test's.
    private static func partner(
        _ home: Home, _ entities: [String: [String]],
        introspection: @escaping @Sendable (String) -> Bool = { _ in true },
        answer: @escaping @Sendable (String) -> String
    ) async throws -> (server: StandInServer, queries: Noted) {
        let schema = schema(entities)
        let queries = Noted("")
        let server = try await StandInServer.start { exchange in
            let body = String(decoding: exchange.request.body, as: UTF8.self)
            if body.contains("__schema") {
                return introspection(body)
                    ? exchange.answer(schema)
                    : exchange.answer(status: 400, #"{"errors":[{"message":"the query is deeper than 10 levels"}]}"#)
            }
            if body.contains("person(") { queries.text += "?" }
            exchange.answer(answer(body))
        }
        home.atEnd { await server.stop() }
        return (server, queries)
    }

    private static func schema(_ entities: [String: [String]]) -> String {
        func field(_ name: String, _ type: String, _ arguments: String = "") -> String {
            #"{"name":"\#(name)","args":[\#(arguments)],"type":\#(type)}"#
        }
        func list(_ type: String) -> String { #"{"kind":"LIST","name":null,"ofType":\#(type)}"# }
        func object(_ name: String) -> String { #"{"kind":"OBJECT","name":"\#(name)","ofType":null}"# }
        let text = #"{"kind":"SCALAR","name":"String","ofType":null}"#
        func type(_ name: String, _ fields: [String]) -> String {
            #"{"kind":"OBJECT","name":"\#(name)","fields":[\#(fields.joined(separator: ","))]}"#
        }
        func input(_ name: String, _ fields: [String]) -> String {
            #"{"kind":"INPUT_OBJECT","name":"\#(name)","inputFields":[\#(fields.joined(separator: ","))]}"#
        }
        let filter = #"{"name":"filter","type":{"kind":"INPUT_OBJECT","name":"Filter","ofType":null}}"#
        let id = list(#"{"kind":"INPUT_OBJECT","name":"Id","ofType":null}"#)
        let names = entities.keys.sorted()
        let types =
            [
                type("Query", [field("person", list(object("Person")), filter)]),
                type("Person", names.map { field($0, list(object($0))) }),
                input("Filter", [#"{"name":"Identifier","type":\#(id)}"#]),
                input("Id", ["identifier", "identifierType"].map { #"{"name":"\#($0)","type":\#(text)}"# }),
                #"{"kind":"SCALAR","name":"String"}"#,
            ] + names.map { name in type(name, (entities[name] ?? []).map { field($0, text) }) }
        return #"{"data":{"__schema":{"queryType":{"name":"Query"},"types":[\#(types.joined(separator: ","))]}}}"#
    }

    private static func yaml(_ port: Int, _ paths: [String], _ settings: String = "ttl_hours: 24") -> String {
        """
          - information_source_id: partner
            adapter_id: lif-to-lif
            connection: {scheme: http, host: "127.0.0.1:\(port)"}
            lif_fragment_paths: [\(paths.map { "Person.\($0)" }.joined(separator: ", "))]
            \(settings)

        """
    }

    private static func outcomes(_ answer: Home.Answer) -> [String: String] {
        var outcomes: [String: String] = [:]
        for part in answer.json["parts"]?.array ?? [] {
            let reason = part["reason"]?.string.map { " \($0)" } ?? ""
            outcomes[part["fragment_path"]?.string ?? ""] = (part["outcome"]?.string ?? "") + reason
        }
        return outcomes
    }

    @Test(
        "What a partner failed at is missing and asked again, what came with it is kept; also over an orchestrator elsewhere",
        arguments: [#"["person",0,"Contact"]"#, #"["person",0,"Contact",0]"#], [false, true])
    func partly(path: String, isRemote: Bool) async throws {
        try await Home.during { home in
            let isMended = Noted("")
            let message = path.hasSuffix("0]") ? "Cannot return null for non-nullable field Person.Contact." : "timeout"
            let (partner, queries) = try await Self.partner(home, ["Name": ["firstName"], "Contact": ["email"]]) {
                body in
                if !isMended.text.isEmpty { return #"{"data":{"person":[{"Contact":[{"email":"a@example.org"}]}]}}"# }
                return
                    #"{"data":{"person":[{"Name":[{"firstName":"A"}],"Contact":null}]},"errors":[{"message":"\#(message)","path":\#(path)}]}"#
            }
            let file = try home.configuration(
                sources: Self.yaml(partner.port, ["Name", "Contact"], "breaker_failures: 2\n    retries: 0"))
            var server: Home.Server
            if isRemote {
                let orchestrator = try await home.serveOrchestrator(file)
                server = try await home.servePlanner(file, orchestrator: orchestrator.orchestrator)
            } else {
                server = try await home.serve(file)
            }
            func ask() async throws -> Home.Answer {
                try await home.post(server.planner + "/query", Home.query(["1"]), headers: Home.native)
            }
            for expected in ["fetched", "cached"] {
                let answer = try await ask()
                #expect(answer.status == 200)
                #expect(
                    Self.outcomes(answer) == ["Person.Name": expected, "Person.Contact": "missing source-error"])
                #expect(answer.json["records"]?.person?["Name"] == [["firstName": "A"]])
            }
            // What failed beside data is no failure of the partner; what failed alone is one, and two would open the breaker.
            #expect(queries.text == "??", "The missing path is asked for again, and the breaker is closed.")
            isMended.text = "yes"
            let mended = try await ask()
            #expect(Self.outcomes(mended) == ["Person.Name": "cached", "Person.Contact": "fetched"])
            #expect(mended.json["records"]?.person?["Contact"] == [["email": "a@example.org"]])
            _ = try await ask()
            #expect(queries.text == "???")
        }
    }

    @Test("An answer of nothing but errors is no unknown learner, and is not kept")
    func nothing() async throws {
        try await Home.during { home in
            let (partner, queries) = try await Self.partner(home, ["Name": ["firstName"]]) { _ in
                #"{"data":{"person":null},"errors":[{"message":"boom","path":["person"]}]}"#
            }
            let server = try await home.serve(
                try home.configuration(
                    sources: Self.yaml(partner.port, ["Name"], "breaker_failures: 0\n    retries: 0")))
            for _ in 0..<2 {
                let answer = try await home.post(server.planner + "/query", Home.query(["1"]), headers: Home.native)
                #expect(answer.status == 503)
            }
            #expect(queries.text == "??")
        }
    }

    @Test("A job shows at which paths a source failed, beside the data")
    func job() async throws {
        try await Home.during { home in
            let (partner, _) = try await Self.partner(home, ["Name": ["firstName"], "Contact": ["email"]]) { _ in
                #"{"data":{"person":[{"Name":[{"firstName":"A"}],"Contact":null}]},"errors":[{"message":"x","path":["person",0,"Contact"]}]}"#
            }
            let server = try await home.serve(
                try home.configuration(sources: Self.yaml(partner.port, ["Name", "Contact"])))
            let plan =
                #"{"lif_query_plan":[{"information_source_id":"partner","adapter_id":"lif-to-lif","person_id":{"identifier":"1","identifierType":"T"},"lif_fragment_paths":["Person.Name","Person.Contact"],"translation":null}],"async":true}"#
            let id = try #require(
                try await home.post(server.orchestrator + "/jobs", Array(plan.utf8)).json["run_id"]?.string)
            var status = Home.Answer?.none
            try await eventually("the job ends") {
                status = try await home.get(server.orchestrator + "/jobs/\(id)")
                return status?.json["status"] == "COMPLETED"
            }
            let part = status?.json["parts"]?.array?.first
            #expect(part?["outcome"] == "data")
            #expect(part?["missing"]?.array?.first?["fragment_path"] == "Person.Contact")
            #expect(part?["missing"]?.array?.first?["reason"] == "source-error")
            let result = try await home.get(server.orchestrator + "/jobs/\(id)/result")
            let results = result.json["result"]?["query_plan_part_results"]?.array?.first
            #expect(results?["error"] == .null)
            #expect(results?["fragments"]?.array?.map { $0["fragment_path"]?.string } == ["Person.Name"])
            #expect(results?["missing"]?.array?.count == 1)
        }
    }

    @Test("A partner that limits introspection, and one that has none, are asked all the same")
    func introspection() async throws {
        try await Home.during { home in
            let model = home.folder.appending(path: "model.json")
            try Data(
                #"{"components":{"schemas":{"Person":{"properties":{"Name":{"properties":{"firstName":{}}}}}}}}"#.utf8
            ).write(to: model)
            for (isOff, sentence) in [(false, "limits introspection"), (true, "no introspection")] {
                let (partner, _) = try await Self.partner(
                    home, ["Name": ["firstName"]],
                    introspection: { !isOff && $0.split(separator: "ofType").count <= 5 }
                ) { _ in #"{"data":{"person":[{"Name":[{"firstName":"A"}]}]}}"# }
                let state = home.folder.appending(path: "state-\(isOff)").path
                let file = try home.configuration(
                    sources: Self.yaml(partner.port, ["Name"]),
                    settings: "data_model: {file: \(model.path)}\nstate_dir: \(state)\n")
                let server = try await home.serve(file)
                let answer = try await home.post(server.planner + "/query", Home.query(["1"]))
                #expect(answer.json.person?["Name"] == [["firstName": "A"]])
                let check = try await LIFProcess.run(["sources", "check", "--config", file])
                #expect(check.code == 0)
                #expect(check.output.contains(sentence))
            }
        }
    }

    @Test("A record has the data model's names and enum values, also where exactly such a field is selected")
    func names() async throws {
        try await Home.during { home in
            let model = home.folder.appending(path: "model.json")
            try Data(
                #"{"components":{"schemas":{"Person":{"properties":{"Language":{"type":"array","items":{"properties":{"iSO639-2LangCode":{"type":"string"},"kind":{"enum":["Mother tongue"]}}}}}}}}}"#
                    .utf8
            ).write(to: model)
            let (partner, _) = try await Self.partner(home, ["Language": ["iSO639_2LangCode", "kind"]]) { _ in
                #"{"data":{"person":[{"Language":[{"iSO639_2LangCode":"eng","kind":"MOTHER_TONGUE"}]}]}}"#
            }
            let file = try home.configuration(
                sources: Self.yaml(partner.port, ["Language"]), settings: "data_model: {file: \(model.path)}\n")
            let server = try await home.serve(file)
            let whole = try await home.post(server.planner + "/query", Home.query(["1"]))
            #expect(whole.json.person?["Language"] == [["iSO639-2LangCode": "eng", "kind": "Mother tongue"]])
            let field = try await home.post(
                server.planner + "/query", Home.query(["1"], fields: ["Person.Language.iSO639-2LangCode"]))
            #expect(field.json.person?["Language"] == [["iSO639-2LangCode": "eng"]])
        }
    }

    @Test("Once an MDR has given its data model, partners' answers are read by that")
    func metadata() async throws {
        try await Home.during { home in
            let mdr = try await StandInServer.start { exchange in
                exchange.answer(
                    #"{"components":{"schemas":{"Person":{"properties":{"Name":{"properties":{"kind":{"enum":["Legal name"]}}}}}}}}"#
                )
            }
            home.atEnd { await mdr.stop() }
            let (partner, _) = try await Self.partner(home, ["Name": ["kind"]]) { _ in
                #"{"data":{"person":[{"Name":[{"kind":"LEGAL_NAME"}]}]}}"#
            }
            let file = try home.configuration(
                sources: Self.yaml(partner.port, ["Name"]),
                settings: "mdr: {url: \"http://127.0.0.1:\(mdr.port)\", data_model: \"17\"}\n")
            let server = try await home.serve(file)
            try await eventually("the model is there") {
                let answer = try await home.post(
                    server.planner + "/query", Home.query(["1"]), headers: [("Cache-Control", "no-cache")])
                return answer.json.person?["Name"] == [["kind": "Legal name"]]
            }
        }
    }
}
