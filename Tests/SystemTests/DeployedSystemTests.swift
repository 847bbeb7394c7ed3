import Foundation
import LIFHTTP
import LIFJSON
import Synchronization
import Testing

/// A serving planner in the place of a deployed one, among neighbours that speak as the deployed ones do.
@Suite("A deployed system with our planner and orchestrator", .timeLimit(.minutes(2)))
struct DeployedSystemTests {
    /// Requests that a stand-in got, by path.
    private final class Received: Sendable {
        private let requests: Mutex<[StandInServer.Request]> = Mutex([])

        func add(_ request: StandInServer.Request) { requests.withLock { $0.append(request) } }

        func bodies(_ path: String) -> [RawJSON] {
            requests.withLock { $0 }.filter { $0.path == path }.compactMap { try? RawJSON(validating: $0.body) }
        }
    }

    private static let exampleSource = """
          - information_source_id: "org1-example-data-source"
            information_source_organization: "Org1"
            adapter_id: "example-data-source-rest-api-to-lif"
            ttl_hours: 24
            lif_fragment_paths:
              - "Person.EmploymentPreferences"

        """
    private static let translation = """
            translation:
              source_schema_id: "26"
              target_schema_id: "17"

        """
    private static let document =
        #"{"person":{"id":"100001","employment":{"preferences":{"id":"100001p","#
        + #""preferred_org_types":["Private Sector"],"preferred_org_names":["Corporate Partners"]}}}}"#

    /// A planner with the example source, and a Translator that answers with the preferences given.
    private func withExampleSource(
        _ home: Home, translated: String?, _ work: (Home.Server, Received) async throws -> Void
    ) async throws {
        let received = Received()
        let source = try await StandInServer.start { $0.answer(Self.document) }
        let translator = try await StandInServer.start { exchange in
            received.add(exchange.request)
            exchange.answer(#"{"Person":[{"EmploymentPreferences":\#(translated ?? "")}]}"#)
        }
        home.atEnd {
            await source.stop()
            await translator.stop()
        }
        let prefix = "ADAPTERS__EXAMPLE_DATA_SOURCE_REST_API_TO_LIF__ORG1_EXAMPLE_DATA_SOURCE__CREDENTIALS__"
        let file = try home.configuration(sources: Self.exampleSource + (translated == nil ? "" : Self.translation))
        let server = try await home.serve(
            file,
            environment: [
                prefix + "HOST": "127.0.0.1:\(source.port)", prefix + "SCHEME": "http", prefix + "TOKEN": "changeme",
                "LIF_TRANSLATOR_BASE_URL": "http://127.0.0.1:\(translator.port)",
            ])
        try await work(server, received)
    }

    @Test("A Translator gets the whole document of the source, and what it makes of it is the answer")
    func translated() async throws {
        try await Home.during { home in
            try await withExampleSource(home, translated: #"[{"organizationTypes":["Private Sector"]}]"#) {
                server, received in
                let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
                #expect(
                    RawJSON(answer.json.person ?? .null).text
                        == #"{"EmploymentPreferences":[{"organizationTypes":["Private Sector"]}]}"#)
                #expect(received.bodies("/translate/source/26/target/17").map(\.text) == [Self.document])
            }
        }
    }

    @Test("An item that holds nothing is no data, wherever it comes from", arguments: ["[{}]", "{}", "[{},{}]"])
    func nothing(preferences: String) async throws {
        try await Home.during { home in
            try await withExampleSource(home, translated: preferences) { server, _ in
                let answer = try await home.post(
                    server.planner + "/query", Home.query(["100001"]), headers: Home.native)
                let part = answer.json["parts"]?.array?.first
                #expect(part?["outcome"] == "empty")
                #expect(part?["items"] == 0)
            }
        }
    }

    @Test("Without a translation the ready mapping reads what the example source says")
    func mapped() async throws {
        try await Home.during { home in
            try await withExampleSource(home, translated: nil) { server, _ in
                let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
                #expect(
                    RawJSON(answer.json.person?["EmploymentPreferences"] ?? .null).text
                        == #"[{"organizationTypes":["Private Sector"],"organizationNames":["Corporate Partners"],"#
                        + #""identifier":"100001p"}]"#)
            }
        }
    }

    /// A record as a deployed LIF Cache has it: the organisation's own items, and copies of a partner's, some of them twice.
    private static func record(_ identifier: String, identifierOf organization: String = "Org1", name: String) -> String
    {
        #"""
        {"Person":[{"Identifier":[{"identifier":"\#(identifier)","identifierType":"SCHOOL_ASSIGNED_NUMBER",
        "informationSourceId":"\#(organization)"}],"informationSourceId":"Org1",
        "Name":[{"lastName":"\#(name)","informationSourceId":"Org1"}],
        "CredentialAward":[{"identifier":"own","informationSourceId":"Org1"},
        {"identifier":"copy","informationSourceId":"Org2"},{"identifier":"copy","informationSourceId":"Org2"}],
        "Proficiency":[{"name":"own","informationSourceId":"Org1"}]}]}
        """#
    }

    @Test("The organisation's own records in its LIF Cache stand beside what partners give, and are never written back")
    func ownRecords() async throws {
        try await Home.during { home in
            let received = Received()
            let isDown = Mutex(false)
            let cache = try await StandInServer.start { exchange in
                received.add(exchange.request)
                if isDown.withLock({ $0 }) { return exchange.answer(status: 500, "{}") }
                // The other learner is 100002 at this organisation, and 100001 at Org2.
                exchange.answer(
                    "[\(Self.record("100001", identifierOf: "Org2", name: "Other")),\(Self.record("100001", name: "Own"))]"
                )
            }
            let partner = try await home.partner("org2")
            home.atEnd {
                await cache.stop()
                await partner.stop()
            }
            let file = try home.configuration(sources: Home.yaml("org2", port: partner.port))
            let environment = ["LIF_QUERY_CACHE_URL": "http://127.0.0.1:\(cache.port)"]
            let server = try await home.serve(file, environment: environment)
            let fields = ["Person.Name", "Person.CredentialAward", "Person.Proficiency"]
            var former: JSONValue?
            for round in 1...3 {
                let answer = try await home.post(
                    server.planner + "/query", Home.query(["100001"], fields: fields),
                    headers: round == 1 ? [] : [("Cache-Control", "no-cache")])
                let person = try #require(answer.json.person)
                #expect(person["Name"]?.array?.first?["lastName"] == "Own")
                let awards = person["CredentialAward"]?.array ?? []
                #expect(awards.first?["identifier"] == "own")
                #expect(!awards.contains { $0["identifier"] == "copy" }, "the partner's own answer has these")
                #expect(awards.count > 1, "and what the partner gives is there")
                #expect(person["Proficiency"]?.array?.first?["name"] == "own")
                #expect(former == nil || former == answer.json, "a refresh duplicates nothing")
                former = answer.json
            }
            #expect(received.bodies("/save").isEmpty)
            func checked() async throws -> String {
                try await LIFProcess.run(
                    ["sources", "check", "--config", file], environment: environment, folder: home.folder
                ).output
            }
            #expect(try await checked().contains(/lif-cache +lif-cache +yes/))
            let explained = try await LIFProcess.run(
                ["explain", "--config", file, "--learner", "SCHOOL_ASSIGNED_NUMBER:100001"], environment: environment,
                folder: home.folder)
            #expect(explained.code == 0, "\(explained.errors)")
            #expect(explained.output.contains("lif-cache"))
            isDown.withLock { $0 = true }
            #expect(try await checked().contains(/lif-cache +lif-cache +no +source-error/))
            let partly = try await home.post(
                server.planner + "/query", Home.query(["100001"], fields: fields),
                headers: [("Cache-Control", "no-cache")])
            #expect(partly.status == 200)
            #expect(
                partly.response.header("LIF-Missing")?.contains(
                    #""Person.CredentialAward";source=lif-cache;reason=source-error"#) == true)
            #expect((partly.json.person?.count("Name") ?? 0) > 0)
        }
    }
}
