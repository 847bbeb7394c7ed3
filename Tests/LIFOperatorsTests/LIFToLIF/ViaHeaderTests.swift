import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct ViaHeaderTests {
    private static func partner() throws -> GraphQLPartner {
        GraphQLPartner(schema: try .partner(), persons: ["100001": ["Name": [["firstName": "Ada"]]]])
    }

    private static func run(_ server: SourceServer, via: FederationPath, learner: LearnerIdentifier = .known)
        async throws
    {
        let part = QueryPlanPart(
            informationSourceID: "org2", adapterID: "lif-to-lif", learner: learner,
            fragmentPaths: [FragmentPath(entity: "Name")])
        _ = try await server.partner(token: "t").run(part, context: OperatorContext(via: via)) { _ in }
    }

    /// The requests for a learner, and those for the schema.
    private static func asked(_ server: SourceServer) -> (learner: [SourceServer.Asked], schema: [SourceServer.Asked]) {
        let isSchema = { (asked: SourceServer.Asked) in asked.json["query"]?.string?.contains("__schema") == true }
        return (server.asked.filter { !isSchema($0) }, server.asked.filter(isSchema))
    }

    @Test("The partner is given the planners that a learner's query came through, beside our credential")
    func sent() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            try await Self.run(server, via: try FederationPath(["org 9", "us"]))
            let (learner, schema) = Self.asked(server)
            #expect(learner.map { $0.header("LIF-Via") } == [#""org 9", us"#])
            #expect(learner.map { $0.header("Authorization") } == ["Bearer t"])
            #expect(schema.map { $0.header("LIF-Via") } == [nil])
            let header = try #require(learner.first?.header("LIF-Via"))
            #expect(try FederationPath(headerValues: [header]).organizations == ["org 9", "us"])
        }
    }

    @Test("Without a path there is no such header")
    func notSent() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            try await Self.run(server, via: FederationPath())
            #expect(Self.asked(server).learner.map { $0.header("LIF-Via") } == [nil])
        }
    }

    @Test("Members that a partner gives unasked are reported by name, and not emitted")
    func leftOut() async throws {
        let partner = try Self.partner()
        let answer = #"{"data":{"person":[{"Name":[{"firstName":"Ada"}],"Narrative":[{"x":1}],"Contact":[]}]}}"#
        try await SourceServer.with({ asked in
            asked.json["query"]?.string?.contains("__schema") == true
                ? try await partner.answer(asked) : .json(answer)
        }) { server in
            let run = try await Running.of(server.partner(), paths: ["Name"])
            #expect(run.fragments.map(\.path.entity) == ["Name"])
            #expect(run.report.leftOut == [FragmentPath(entity: "Narrative")])
        }
    }

    @Test("A partner that is asked for nothing it has leaves nothing out")
    func nothingAsked() async throws {
        let partner = try Self.partner()
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["Proficiency"])
            #expect(run.report == OperatorReport(learnerKnown: true))
        }
    }
}
