import LIFGraphQL
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct LIFToLIFOperatorTests {
    private static let person: JSONValue = [
        "Name": [["firstName": "Ada", "lastName": nil]],
        "CredentialAward": [
            [
                "identifier": "1", "result": ["a", "b"],
                "RefCredential": ["identifier": "r1", "name": "N", "level": "L"],
            ],
            ["identifier": "2", "result": nil, "RefCredential": nil],
        ],
        "informationSourceId": "org9",
    ]

    private static func partner(
        identifierTypes: [String]? = nil, isList: Bool = true, filterIsRequired: Bool = false,
        person: JSONValue = person, identifier: String = "100001"
    ) throws -> GraphQLPartner {
        GraphQLPartner(
            schema: try .partner(
                identifierTypes: identifierTypes, isList: isList, filterIsRequired: filterIsRequired),
            persons: [identifier: person])
    }

    @Test("Whole fragments come back without nulls, and only those asked for")
    func fragments() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["Name", "CredentialAward", "Proficiency"])
            #expect(run.report == OperatorReport(learnerKnown: true))
            #expect(run.fragments.map(\.path.entity) == ["Name", "CredentialAward"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            #expect(
                run["CredentialAward"]
                    == #"[{"identifier":"1","result":["a","b"],"RefCredential":{"identifier":"r1","name":"N","level":"L"}},{"identifier":"2"}]"#
            )
            let query = try #require(server.queries.first?["query"]?.string)
            #expect(
                query.hasPrefix(
                    "query LIF($filter: HumanFilter) { person(filter: $filter) { Name { firstName lastName }"))
            #expect(!query.contains("informationSourceId"))
        }
    }

    @Test("With a translation the fragments are given as usual: the executor makes a document of them")
    func translation() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["Name"], translation: .some)
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            #expect(run.documents.isEmpty)
        }
    }

    @Test("The partner's spelling of entities is used, and ours comes back")
    func camelCase() async throws {
        let person: JSONValue = ["name": [["firstName": "Ada"]], "credentialAward": [["identifier": "1"]]]
        let partner = GraphQLPartner(schema: try .partner(camelCase: true), persons: ["100001": person])
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["Name", "CredentialAward", "informationSourceId"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            #expect(run["CredentialAward"] == #"[{"identifier":"1"}]"#)
            #expect(run["informationSourceId"] == nil)
        }
    }

    @Test("A scalar of the person is a scalar")
    func scalar() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["informationSourceId"])
            #expect(run.fragments.first?.content.isScalar == true)
            #expect(run["informationSourceId"] == #"["org9"]"#)
        }
    }

    /// The result of a run at a partner that gives this text as the person, whatever its schema says.
    private static func run(person: String, paths: [String]) async throws -> Result<Running, any Error> {
        let partner = try partner()
        return try await SourceServer.with({ asked in
            asked.json["query"]?.string?.contains("__schema") == true
                ? try await partner.answer(asked) : .json(#"{"data":{"person":\#(person)}}"#)
        }) { server in
            do {
                return .success(try await Running.of(server.partner(), paths: paths))
            } catch {
                return .failure(error)
            }
        }
    }

    @Test(
        "A scalar where the partner's own schema has a list or an object is an invalid answer",
        arguments: [#""str""#, "5", "true", #"["str"]"#, #"[{"firstName":"Ada"},5]"#])
    func brokenKind(value: String) async throws {
        let result = try await Self.run(person: #"[{"Name":\#(value)}]"#, paths: ["Name"])
        let error = #expect(throws: LIFError.self) { try result.get() }
        #expect(error?.reason == .invalidAnswer)
        #expect(error?.isRetryable == false)
        #expect(error?.message.contains("str") == false)
    }

    @Test("One object where the schema has a list is taken as one item")
    func oneObject() async throws {
        let run = try await Self.run(person: #"{"Name":{"firstName":"Ada"}}"#, paths: ["Name"]).get()
        #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
    }

    @Test(
        "A person of whom everything is null is known, without data",
        arguments: [#"[{"Name":null,"CredentialAward":null}]"#, #"[null,{"Name":null}]"#])
    func withoutData(person: String) async throws {
        let run = try await Self.run(person: person, paths: ["Name", "CredentialAward"]).get()
        #expect(run.report.learnerKnown)
        #expect(run.fragments.isEmpty)
    }

    @Test(
        "The filter is written as the schema says", arguments: [true, false],
        [nil, ["OTHER", "SCHOOL_ASSIGNED_NUMBER"]])
    func filter(isList: Bool, identifierTypes: [String]?) async throws {
        let partner = try Self.partner(identifierTypes: identifierTypes, isList: isList, filterIsRequired: isList)
        try await SourceServer.with(partner.answer) { server in
            let learner = LearnerIdentifier(identifier: "100001", identifierType: "School assigned number")
            let run = try await Running.of(server.partner(), learner: learner, paths: ["Name"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            let entry = #"{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}"#
            #expect(
                server.queries.first?["variables"]?.text
                    == #"{"filter":{"Identifier":\#(isList ? "[\(entry)]" : entry)}}"#)
        }
    }

    @Test("A partner whose enum lacks the identifier's type is not asked about the learner")
    func enumWithoutType() async throws {
        let partner = try Self.partner(identifierTypes: ["PASSPORT"])
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["Name"])
            #expect(run.report.learnerKnown == false)
            #expect(server.queries.isEmpty)
        }
    }

    @Test("A learner that the partner does not hold is not known")
    func unknown() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), learner: .school("nobody"), paths: ["Name"])
            #expect(run.report.learnerKnown == false)
            #expect(run.fragments.isEmpty)
        }
    }

    @Test(
        "Of a partner that has none of the paths it is asked whether it knows the learner",
        arguments: ["100001", "nobody"])
    func noPaths(identifier: String) async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), learner: .school(identifier), paths: ["Proficiency"])
            #expect(run.report.learnerKnown == (identifier == "100001"))
            #expect(run.fragments.isEmpty)
        }
    }

    @Test("Any identifier reaches the partner to the byte", arguments: hardIdentifiers)
    func identifiers(identifier: String) async throws {
        let partner = try Self.partner(identifier: identifier)
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), learner: .school(identifier), paths: ["Name"])
            #expect(run.report.learnerKnown)
            let sent = server.queries.first?["variables"]?["filter"]?["Identifier"]?.elements.first?["identifier"]?
                .string
            #expect(sent.map { Array($0.utf8) } == Array(identifier.utf8))
        }
    }

    @Test("Concurrent runs introspect once")
    func introspectsOnce() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let source = server.partner()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await Running.of(source, paths: ["Name"]).report.learnerKnown }
                }
                for try await known in group { #expect(known) }
            }
            #expect(server.queries.count == 20)
            #expect(server.asked.count == 21)
        }
    }

    @Test("A schema that has changed is read again by the next attempt")
    func schemaChanged() async throws {
        let old = try Self.partner()
        let new = GraphQLPartner(
            schema: try .partner(camelCase: true), persons: ["100001": ["name": [["firstName": "Ada"]]]])
        let isChanged = Mutex(false)
        try await SourceServer.with({ asked in
            try await (isChanged.withLock { $0 } ? new : old).answer(asked)
        }) { server in
            let source = server.partner()
            _ = try await Running.of(source, paths: ["Name"])
            isChanged.withLock { $0 = true }
            let error = try await Running.failure(of: source, paths: ["Name"])
            #expect(error.reason == .sourceError)
            #expect(error.isRetryable)
            let run = try await Running.of(source, paths: ["Name"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
        }
    }

    @Test("Objects that break the partner's schema are fetched without the fields that break it, and lose nothing else")
    func brokenData() async throws {
        let person: JSONValue = [
            "CredentialAward": [
                ["identifier": "1", "RefCredential": ["identifier": "r1", "name": "N1", "level": "L1"]],
                ["identifier": "2", "RefCredential": ["identifier": "r2", "level": "L2"]],
                ["identifier": "3", "RefCredential": ["identifier": "r3"]],
            ]
        ]
        let partner = try Self.partner(person: person)
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["CredentialAward"])
            let first = #"{"identifier":"1","RefCredential":{"identifier":"r1","name":"N1","level":"L1"}}"#
            let second = #"{"identifier":"2","RefCredential":{"identifier":"r2","level":"L2"}}"#
            let third = #"{"identifier":"3","RefCredential":{"identifier":"r3"}}"#
            #expect(run["CredentialAward"] == "[\(first),\(second),\(third)]")
            #expect(server.queries.count == 3)
        }
    }

    @Test("The credential goes into the configured header", arguments: LIFToLIFConfiguration.Authorization.allCases)
    func credential(authorization: LIFToLIFConfiguration.Authorization) async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            _ = try await Running.of(server.partner(token: "t0k", authorization: authorization), paths: ["Name"])
            for asked in server.asked {
                #expect(asked.header("Authorization") == (authorization == .bearer ? "Bearer t0k" : nil))
                #expect(asked.header("X-API-Key") == (authorization == .apiKey ? "t0k" : nil))
                #expect(asked.method == "POST")
                #expect(asked.target == "/graphql")
            }
        }
    }

    @Test("A check says how many entities the partner has")
    func check() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let sentence = try await server.partner().check()
            #expect(sentence == "answers as a LIF API with 3 entities")
        }
    }

    @Test("A GraphQL service that is no LIF API is reported as such")
    func notLIF() async throws {
        let schema = try GraphQLSchema(
            query: "Query", types: [.object("Query", fields: [GraphQLField("hero", .named("String"))])])
        try await SourceServer.with(GraphQLPartner(schema: schema, persons: [:]).answer) { server in
            let error = try await Running.failure(of: server.partner(), paths: ["Name"])
            #expect(error.reason == .invalidAnswer)
            #expect(error.message.contains("not that of a LIF API"))
        }
    }
}
