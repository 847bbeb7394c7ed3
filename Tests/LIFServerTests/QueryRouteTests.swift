import LIFJSON
import LIFModel
import LIFTesting
import Testing

@Suite("POST /query", .timeLimit(.minutes(1)))
struct QueryRouteTests {
    private static let name = #"{"firstName":"Ada","lastName":"Byron"}"#
    private static let award = #"{"name":"Diploma","credits":3.0}"#
    private static let wholeRecord = #"[{"Person":[{"Name":[\#(name),\#(name)],"CredentialAward":[\#(award)]}]}]"#

    @Test(
        "Each form of the filter and of the entire record is understood",
        arguments: [
            #"{"filter":{"Person":{"Identifier":@}},"selected_fields":[]}"#,
            #"{"filter":{"person":{"Identifier":@}},"selected_fields":[]}"#,
            #"{"filter":{"Person":{"Identifier":[@]}},"selected_fields":[]}"#,
            #"{"filter":{"Person":{"identifier":[@,@]}}}"#,
            #"{"filter":{"Person":{"Identifier":@}},"selected_fields":["Person"]}"#,
            #"{"filter":{"Person":{"Identifier":@}},"selected_fields":null}"#,
            #"{"selected_fields":["person.name","person.credentialAward"],"filter":{"person":{"Identifier":[@]}}}"#,
            #"{"filter":{"Person":{"Identifier":@}},"selected_fields":["$.Person.CredentialAward","Person.Name"]}"#,
        ])
    func forms(template: String) async throws {
        let identifier = Queries.identifier("100001")
        let body = template.split(separator: "@", omittingEmptySubsequences: false).joined(separator: identifier)
        try await TestServer.planner { (server) async throws in
            let answer = try await server.post("/query", body)
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer.body == Self.wholeRecord)
            #expect(answer["LIF-Missing"] == nil && answer["Location"] == nil)
        }
    }

    @Test("Fields as a deployed LIF API lists them, with every level, are projected")
    func deepFields() async throws {
        let step = ScriptedOperator.Step.fragments([
            TestSystem.fragment("Name", #"{"firstName":"Ada","lastName":"Byron","middleName":null}"#),
            TestSystem.fragment(
                "CredentialAward", #"{"name":"Diploma","Issuer":{"name":"U","Address":{"city":"L","street":"S"}}}"#),
        ])
        let fields = [
            "Person.Name", "Person.Name.firstName", "Person.CredentialAward", "Person.CredentialAward.Issuer",
            "Person.CredentialAward.Issuer.Address", "Person.CredentialAward.Issuer.Address.city",
        ]
        let list = fields.map { "\"\($0)\"" }.joined(separator: ",")
        let body = #"{"filter":{"Person":{"Identifier":[\#(Queries.identifier("1"))]}},"selected_fields":[\#(list)]}"#
        let system = TestSystem([
            "org1": ScriptedOperator(step), "partner two": ScriptedOperator(.empty(learnerKnown: true)),
        ])
        try await TestServer.planner(system) { (server) async throws in
            let answer = try await server.post("/query", body)
            #expect(
                answer.body
                    == #"[{"Person":[{"Name":[{"firstName":"Ada"}],"#
                    + #""CredentialAward":[{"Issuer":{"Address":{"city":"L"}}}]}]}]"#)
        }
    }

    @Test("A query as a deployed LIF API sends it is answered, and what of it is ignored is named in the log")
    func deployed() async throws {
        let log = RecordedLog()
        let query = """
            {"filter":{"Person":{"Identifier":[{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER",\
            "informationSourceId":null}],"Name":null,"Contact":{"Email":null}}},"trace_id":"S3CR3T","4711":1,"query":null,\
            "selected_fields":["Person.Name","Person.Name.__typename","Person.Name.firstName"]}
            """
        try await TestServer.planner(TestSystem(log: log)) { (server) async throws in
            for path in ["/query", "/query_async"] {
                var answer = try await server.post(path, query)
                if answer.status == 202 { answer = try await server.post("/query", query) }
                #expect(answer.body == #"[{"Person":[{"Name":[{"firstName":"Ada"},{"firstName":"Ada"}]}]}]"#)
            }
        }
        let lines = log.lines.filter { $0.contains("Members of a query were ignored") }
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.hasPrefix("debug ") && $0.contains("trace_id, 1 more") })
        #expect(!log.lines.contains { $0.contains("S3CR3T") || $0.contains("4711") })
    }

    @Test("A query for nothing but __typename says whether there is such a person, and asks for no more")
    func typeName() async throws {
        let step = ScriptedOperator.Step.fragments([
            TestSystem.fragment("Identifier", #"{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}"#),
            TestSystem.fragment("Name", #"{"firstName":"Ada"}"#),
        ])
        let system = TestSystem(
            ["org1": ScriptedOperator(step)], sources: [TestSystem.source("org1", ["Name", "Identifier"])])
        try await TestServer.planner(system) { (server) async throws in
            for fields in [#""Person.__typename""#, #""__typename","Person.__typename""#] {
                let answer = try await server.post("/query", Queries.query(fields))
                #expect(
                    answer.body == #"[{"Person":[{"Identifier":[\#(Queries.identifier("100001"))]}]}]"#)
            }
            let whole = try await server.post("/query", Queries.query(#""Person","__typename""#))
            #expect(whole.body.contains("Ada") && whole.body.contains("100001"), "\(whole.body)")
            let name = try await server.post("/query", Queries.query(#""Person.Name.__typename""#))
            #expect(name.body == #"[{"Person":[{"Name":[{"firstName":"Ada"}]}]}]"#)
        }
    }

    @Test("Several learners have a record each, in the order asked and each once")
    func severalLearners() async throws {
        let learners = ["b", "a", "b"].map(Queries.identifier).joined(separator: ",")
        let body = #"{"filter":{"Person":{"Identifier":[\#(learners)]}},"selected_fields":["Person.CredentialAward"]}"#
        try await TestServer.planner { (server) async throws in
            let record = #"{"Person":[{"CredentialAward":[\#(Self.award)]}]}"#
            #expect(try await server.post("/query", body).body == "[\(record),\(record)]")
        }
    }

    @Test("The second time it is answered from the cache with the same bytes")
    func cached() async throws {
        let scripted = TestSystem.answering
        try await TestServer.planner(TestSystem(["org1": scripted])) { (server) async throws in
            let cold = try await server.post("/query", Queries.whole)
            let warm = try await server.post("/query", Queries.whole)
            #expect(cold.body == Self.wholeRecord && warm.body == cold.body)
            #expect(scripted.callCount == 1)
        }
    }

    @Test("A learner whom no source knows is an empty array to a compatible client and 404 to a native one")
    func unknownLearner() async throws {
        let unknown = ScriptedOperator(.empty(learnerKnown: false))
        try await TestServer.planner(TestSystem(["org1": unknown, "partner two": unknown])) { (server) async throws in
            for _ in 1...2 {
                let compatible = try await server.post("/query", Queries.whole)
                #expect(compatible.status == 200 && compatible.body == "[]")
                let native = try await server.post("/query", Queries.whole, Queries.native)
                #expect(native.status == 404)
                #expect(try native.json()["code"] == "LearnerNotFound")
            }
        }
    }

    @Test("A native client gets the record and what became of each part")
    func native() async throws {
        let system = TestSystem(["partner two": ScriptedOperator(.empty(learnerKnown: true))])
        try await TestServer.planner(system) { (server) async throws in
            let answer = try await server.post(
                "/query", Queries.name, ["Accept": "text/html, application/vnd.lif.result+json;q=1"])
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/vnd.lif.result+json")
            let document = try answer.json()
            #expect(document.object?.names == ["correlation_id", "learner_known", "records", "parts"])
            #expect(document["correlation_id"] == .null)
            #expect(document["records"]?.array?.count == 1)
            let parts = try #require(document["parts"]?.array)
            #expect(parts.map { $0["information_source_id"] } == ["org1", "partner two"])
            #expect(parts.map { $0["outcome"] } == ["fetched", "empty"])
            for part in parts {
                #expect(part["learner"] == 0 && part["fragment_path"] == "Person.Name" && part["reason"] == .null)
                #expect(part["expires_at"] == "2027-01-15T08:01:00.000Z")
                #expect(part["data_timestamp"] == "2027-01-15T08:00:00.000Z")
            }
            let again = try await server.post("/query", Queries.name, Queries.native).json()
            #expect(again["parts"]?.array?.map { $0["outcome"] } == ["cached", "empty"])
        }
    }

    @Test("A learner who is known and has no data is an empty Person to a native client")
    func noData() async throws {
        let nothing = ScriptedOperator(.empty(learnerKnown: true))
        try await TestServer.planner(TestSystem(["org1": nothing, "partner two": nothing])) { (server) async throws in
            let native = try await server.post("/query", Queries.whole, Queries.native)
            #expect(try native.json()["records"] == [["Person": []]])
            #expect(try await server.post("/query", Queries.whole).body == "[]")
        }
    }
}
