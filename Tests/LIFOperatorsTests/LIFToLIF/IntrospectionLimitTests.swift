import LIFGraphQL
import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

/// Partners that answer less introspection, or none, in the words of GraphQL servers and of proxies before them.
@Suite("A partner that limits introspection", .timeLimit(.minutes(1))) struct IntrospectionLimitTests {
    private static let person: JSONValue = [
        "Name": [["firstName": "Ada", "lastName": "L"]], "CredentialAward": [["identifier": "1", "result": ["a"]]],
        "informationSourceId": "org9",
    ]

    private static func partner(identifierTypes: [String]? = nil) throws -> GraphQLPartner {
        GraphQLPartner(schema: try .partner(identifierTypes: identifierTypes), persons: ["100001": person])
    }

    /// The model has more than the partner, at each depth.
    private static func model() throws -> PersonModel {
        try .made(
            #"""
            "Name":{"properties":{"firstName":{},"middleName":{},"lastName":{}}},
            "CredentialAward":{"properties":{"identifier":{},"level":{},"result":{},
              "RefCredential":{"properties":{"identifier":{},"name":{},"level":{},"middleName":{},"x-y":{}}},
              "Other":{"properties":{"a":{}}}}},
            "Proficiency":{"properties":{"name":{}}},"informationSourceId":{},"Contact":{"properties":{"email":{}}}
            """#)
    }

    private static func isIntrospection(_ asked: SourceServer.Asked) -> Bool {
        asked.json["query"]?.string?.contains("__schema") == true
    }

    struct Limit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Int
        let refuses: @Sendable (String) -> Bool
        let query: IntrospectionQuery
    }

    private static let limits = [
        Limit(
            testDescription: "depth", status: 400, refuses: { $0.split(separator: "ofType").count > 5 }, query: .shallow
        ),
        Limit(
            testDescription: "depth, with HTTP 200", status: 200, refuses: { $0.split(separator: "ofType").count > 5 },
            query: .shallow),
        Limit(testDescription: "size", status: 413, refuses: { $0.utf8.count > 700 }, query: .shallow),
        Limit(
            testDescription: "no includeDeprecated", status: 200, refuses: { $0.contains("includeDeprecated") },
            query: .basic),
    ]

    @Test("A smaller introspection is asked for, and what it gives is used", arguments: limits)
    func smaller(limit: Limit) async throws {
        let partner = try Self.partner()
        try await SourceServer.with({ asked in
            if Self.isIntrospection(asked), limit.refuses(asked.json["query"]?.string ?? "") {
                return .json(#"{"errors":[{"message":"That is too much."}]}"#, status: limit.status)
            }
            return try await partner.answer(asked)
        }) { server in
            let source = server.partner()
            let run = try await Running.of(source, paths: ["Name", "CredentialAward", "Proficiency"])
            #expect(run["Name"] == #"[{"firstName":"Ada","lastName":"L"}]"#)
            #expect(run["CredentialAward"] == #"[{"identifier":"1","result":["a"]}]"#)
            #expect(run.report.failures.isEmpty)
            let count = server.asked.count
            _ = try await Running.of(source, paths: ["Name"])
            #expect(server.asked.count == count + 1)
            #expect(try await source.check().contains("limits introspection"))
        }
    }

    private static let refusals: [SourceServer.Reply] = [
        .json(
            #"{"data":null,"errors":[{"message":"GraphQL introspection is not allowed, but the query contained __schema"}]}"#
        ),
        .json(#"{"errors":[{"message":"introspection is disabled"}]}"#, status: 400), .status(403), .status(400),
        .status(405),
        .json(#"{"data":{"__schema":null}}"#),
    ]

    @Test(
        "Without introspection the query is made from the data model, and what the partner lacks is learned once",
        arguments: 0..<refusals.count)
    func none(refusal: Int) async throws {
        let partner = try Self.partner()
        try await SourceServer.with({ asked in
            Self.isIntrospection(asked) ? Self.refusals[refusal] : try await partner.answer(asked)
        }) { server in
            let source = server.partner(model: try Self.model())
            let paths = ["Name", "CredentialAward", "Proficiency", "informationSourceId"]
            let run = try await Running.of(source, paths: paths)
            #expect(run["Name"] == #"[{"firstName":"Ada","lastName":"L"}]"#)
            #expect(run["CredentialAward"] == #"[{"identifier":"1","result":["a"]}]"#)
            #expect(run["informationSourceId"] == #"["org9"]"#)
            #expect(run.report.failures.isEmpty && run.report.learnerKnown)
            let count = server.asked.count
            #expect(count <= 3 + 1 + 4)
            let query = server.queries.last
            #expect(query?["variables"]?.text == #"{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}"#)
            #expect(query?["query"]?.string?.contains("100001") == false)
            // What was learned holds for the next queries.
            let next = try await Running.of(source, paths: paths)
            #expect(next["Name"] == run["Name"])
            #expect(server.asked.count == count + 1)
            #expect(try await source.check().contains("no introspection"))
            let stranger = try await Running.of(source, learner: .school("nobody"), paths: ["Name"])
            #expect(stranger.report.learnerKnown == false)
        }
    }

    @Test("A partner that writes entities in lower case is asked so")
    func camelCase() async throws {
        let person: JSONValue = [
            "name": [["firstName": "Ada"]],
            "credentialAward": [["identifier": "1", "RefCredential": ["identifier": "r", "name": "N", "level": "L"]]],
        ]
        let partner = GraphQLPartner(schema: try .partner(camelCase: true), persons: ["100001": person])
        try await SourceServer.with({ asked in
            Self.isIntrospection(asked) ? .json(#"{"errors":[{"message":"no"}]}"#) : try await partner.answer(asked)
        }) { server in
            let source = server.partner(model: try Self.model())
            let run = try await Running.of(source, paths: ["Name", "CredentialAward", "Proficiency"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            #expect(
                run["CredentialAward"]
                    == #"[{"identifier":"1","RefCredential":{"identifier":"r","name":"N","level":"L"}}]"#)
            #expect(run.report.failures.isEmpty)
        }
    }

    @Test("An enum of identifier types gets its token")
    func enumToken() async throws {
        let partner = try Self.partner(identifierTypes: ["OTHER", "SCHOOL_ASSIGNED_NUMBER"])
        try await SourceServer.with({ asked in
            Self.isIntrospection(asked) ? .json(#"{"errors":[{"message":"no"}]}"#) : try await partner.answer(asked)
        }) { server in
            let learner = LearnerIdentifier(identifier: "100001", identifierType: "School assigned number")
            let source = server.partner(model: try Self.model())
            let run = try await Running.of(source, learner: learner, paths: ["Name"])
            #expect(run["Name"] == #"[{"firstName":"Ada","lastName":"L"}]"#)
        }
    }

    @Test("An entity whose fields the data model does not list is missing, with a sentence of its own")
    func unknownFields() async throws {
        let partner = try Self.partner()
        try await SourceServer.with({ asked in
            Self.isIntrospection(asked) ? .json(#"{"errors":[{"message":"no"}]}"#) : try await partner.answer(asked)
        }) { server in
            let run = try await Running.of(server.partner(), paths: ["Name", "informationSourceId", "Proficiency"])
            #expect(run["informationSourceId"] == #"["org9"]"#)
            #expect(run.failures == ["Name": .sourceError])
            #expect(run.report.failures.values.first?.message.contains("data_model") == true)
        }
    }

    @Test(
        "What fails for one learner teaches nothing about the next",
        arguments: [
            #"{"data":{"person":null},"errors":[{"message":"KeyError: 'Name'"}]}"#,
            #"{"data":null,"errors":[{"message":"Internal error in resolver \"Name\""}]}"#,
            #"{"data":null,"errors":[{"message":"Not authorized to read field 'Name'"}]}"#,
        ])
    func oneLearner(answer: String) async throws {
        let partner = try Self.partner()
        try await SourceServer.with({ asked in
            if Self.isIntrospection(asked) { return .json(#"{"errors":[{"message":"no"}]}"#) }
            let isBad = asked.json["variables"]?["identifier"]?.string == "bad"
            return isBad ? .json(answer) : try await partner.answer(asked)
        }) { server in
            let source = server.partner(model: try Self.model())
            let error = try await Running.failure(of: source, learner: .school("bad"), paths: ["Name"])
            #expect(error.reason == .sourceError && error.isRetryable)
            let run = try await Running.of(source, paths: ["Name"])
            #expect(run["Name"] == #"[{"firstName":"Ada","lastName":"L"}]"#)
        }
    }

    @Test("What the data model does not have cannot be asked for: it is missing until another model has it")
    func otherModel() async throws {
        let partner = try Self.partner()
        let model = Mutex(try PersonModel.made(#""Proficiency":{"properties":{"name":{}}}"#))
        try await SourceServer.with({ asked in
            Self.isIntrospection(asked) ? .json(#"{"errors":[{"message":"no"}]}"#) : try await partner.answer(asked)
        }) { server in
            let source = LIFToLIFOperator(
                configuration: LIFToLIFConfiguration(endpoint: server.url + "/graphql"), http: OutgoingHTTPClient(),
                model: { model.withLock { $0 } })
            #expect(try await Running.of(source, paths: ["Name"]).failures == ["Name": .sourceError])
            let whole = try Self.model()
            model.withLock { $0 = whole }
            #expect(try await Running.of(source, paths: ["Name"])["Name"] == #"[{"firstName":"Ada","lastName":"L"}]"#)
        }
    }

    @Test("A partner that refuses every query is reported as such, after a bounded number of requests")
    func refusesAll() async throws {
        try await SourceServer.with({ asked in
            asked.json["query"]?.string?.contains("person(") == true || Self.isIntrospection(asked)
                ? .json(#"{"errors":[{"message":"I only answer known queries."}]}"#)
                : .json(#"{"data":{"__typename":"Query"}}"#)
        }) { server in
            let error = try await Running.failure(of: server.partner(model: try Self.model()), paths: ["Name"])
            #expect(error.reason == .sourceError)
            #expect(error.message.contains("introspection"))
            #expect(server.asked.count == 5)
        }
    }

    @Test("A service that refuses one field after the other is not asked for ever")
    func endless() async throws {
        let names = (0..<40).map { "f\($0)" }
        let model = try PersonModel.made(
            #""Name":{"properties":{\#(names.map { "\"\($0)\":{}" }.joined(separator: ","))}}"#)
        let next = Mutex(0)
        try await SourceServer.with({ asked in
            if Self.isIntrospection(asked) { return .json(#"{"errors":[{"message":"no"}]}"#) }
            guard asked.json["query"]?.string?.contains("person(") == true else { return .json(#"{"data":{}}"#) }
            let number = next.withLock { next in
                defer { next += 1 }
                return next
            }
            return .json(#"{"errors":[{"message":"Cannot query field 'f\#(number)' on type 'N'."}]}"#)
        }) { server in
            _ = try await Running.failure(of: server.partner(model: model), paths: ["Name"])
            #expect(server.asked.count == 4 + 13)
        }
    }

    @Test("Names and enum values are the data model's, also of a partner without introspection")
    func names() async throws {
        let model = try PersonModel.made(
            #""Language":{"properties":{"iSO639-2LangCode":{},"kind":{"enum":["Mother tongue"]}}},"My-Entity":{"properties":{"a b":{}}}"#
        )
        try await SourceServer.with({ asked in
            if Self.isIntrospection(asked) { return .json(#"{"errors":[{"message":"no"}]}"#) }
            return .json(
                #"{"data":{"person":[{"Language":[{"iSO639_2LangCode":"eng","kind":"MOTHER_TONGUE"}],"My_Entity":[{"a_b":1.50}]}]}}"#
            )
        }) { server in
            let run = try await Running.of(server.partner(model: model), paths: ["Language", "My-Entity"])
            #expect(run["Language"] == #"[{"iSO639-2LangCode":"eng","kind":"Mother tongue"}]"#)
            #expect(run["My-Entity"] == #"[{"a b":1.50}]"#)
            let query = try #require(server.queries.last?["query"]?.string)
            #expect(query.split(whereSeparator: \.isWhitespace).contains("iSO639_2LangCode"))
        }
    }
}
