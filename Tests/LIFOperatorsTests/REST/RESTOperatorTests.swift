import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct RESTOperatorTests {
    private static func configuration(_ url: String) -> RESTConfiguration {
        RESTConfiguration(
            url: RESTTemplate([.literal(url + "/r1-demo/users/"), .identifier]),
            headers: [.init(name: "x-key", value: RESTTemplate([.literal("t0k")]))], data: .relative(["person"]),
            mapping: [
                FragmentMapping(
                    path: FragmentPath(entity: "EmploymentPreferences"),
                    from: .relative(["employment", "preferences"]),
                    fields: [.init("organizationTypes", .paths([.relative(["organization_types"])]))])
            ])
    }

    private static func operation(_ configuration: RESTConfiguration) -> RESTOperator {
        RESTOperator(configuration: configuration, http: OutgoingHTTPClient())
    }

    private static let answer =
        #"{"person":{"id":"100001","employment":{"preferences":{"organization_types":["Public Sector"],"pay":1.0}}}}"#

    @Test("The source of the seed's example is asked as it expects, and its answer is mapped")
    func example() async throws {
        try await SourceServer.with({ _ in .json(Self.answer) }) { server in
            let run = try await Running.of(
                Self.operation(Self.configuration(server.url)), paths: ["EmploymentPreferences", "Name"])
            #expect(run["EmploymentPreferences"] == #"[{"organizationTypes":["Public Sector"]}]"#)
            #expect(run.fragments.count == 1)
            #expect(run.report.learnerKnown)
            let asked = try #require(server.asked.first)
            #expect(asked.method == "GET")
            #expect(asked.target == "/r1-demo/users/100001")
            #expect(asked.header("x-key") == "t0k")
            #expect(asked.body.isEmpty)
        }
    }

    @Test("Any identifier stays one segment on the wire", arguments: hardIdentifiers)
    func identifiers(identifier: String) async throws {
        try await SourceServer.with({ _ in .json(Self.answer) }) { server in
            _ = try await Running.of(
                Self.operation(Self.configuration(server.url)), learner: .school(identifier), paths: ["Name"])
            let target = try #require(server.asked.first?.target)
            #expect(target == "/r1-demo/users/\(identifier.percentEncoded)")
            #expect(target.split(separator: "/").count == 3)
        }
    }

    @Test("An identifier that would change the path is not sent", arguments: [".", ".."])
    func dots(identifier: String) async throws {
        try await SourceServer.with({ _ in .json(Self.answer) }) { server in
            let error = try await Running.failure(
                of: Self.operation(Self.configuration(server.url)), learner: .school(identifier), paths: ["Name"])
            #expect(!error.isRetryable)
            #expect(server.asked.isEmpty)
        }
    }

    @Test("The configured statuses say that the learner is not known")
    func notFound() async throws {
        try await SourceServer.with({ _ in .status(410) }) { server in
            var configuration = Self.configuration(server.url)
            configuration.notFoundStatuses = [404, 410]
            let run = try await Running.of(Self.operation(configuration), paths: ["EmploymentPreferences"])
            #expect(run.report == OperatorReport(learnerKnown: false))
            configuration.notFoundStatuses = [404]
            let error = try await Running.failure(of: Self.operation(configuration), paths: ["EmploymentPreferences"])
            #expect(error.reason == .sourceError)
        }
    }

    @Test("A body is posted as JSON with the learner inside it")
    func post() async throws {
        try await SourceServer.with({ _ in .json(Self.answer) }) { server in
            var configuration = Self.configuration(server.url)
            configuration.method = .post
            configuration.url = RESTTemplate([.literal(server.url + "/search")])
            configuration.body = RESTTemplate([.literal(#"{"who":""#), .identifier, .literal(#""}"#)])
            let run = try await Running.of(
                Self.operation(configuration), learner: .school("a\"b"), paths: ["EmploymentPreferences"])
            #expect(run.fragments.count == 1)
            let asked = try #require(server.asked.first)
            #expect(asked.method == "POST")
            #expect(asked.header("Content-Type") == "application/json")
            #expect(asked.json.text == #"{"who":"a\"b"}"#)
        }
    }

    @Test("No content is an empty answer about a learner who is known")
    func noContent() async throws {
        try await SourceServer.with({ _ in SourceServer.Reply(status: 204, body: []) }) { server in
            let run = try await Running.of(
                Self.operation(Self.configuration(server.url)), paths: ["EmploymentPreferences"])
            #expect(run.report == OperatorReport(learnerKnown: true))
            #expect(run.fragments.isEmpty)
        }
    }

    @Test("Without a check URL any answer of the host will do, but a refusal", arguments: [200, 404, 500, 401, 403])
    func check(status: Int) async throws {
        try await SourceServer.with({ _ in .status(status) }) { server in
            let operation = Self.operation(Self.configuration(server.url))
            if [401, 403].contains(status) {
                let error = await #expect(throws: LIFError.self) { try await operation.check() }
                #expect(error?.reason == .refused)
            } else {
                let sentence = try await operation.check()
                #expect(sentence == "answers (HTTP \(status))")
            }
            #expect(server.asked.first?.target == "/")
            #expect(server.asked.first?.header("x-key") == "t0k")
        }
    }

    @Test("A configured check URL must answer well", arguments: [200, 404])
    func checkURL(status: Int) async throws {
        try await SourceServer.with({ _ in .status(status) }) { server in
            var configuration = Self.configuration(server.url)
            configuration.checkURL = RESTTemplate([.literal(server.url + "/health?deep=1")])
            let operation = Self.operation(configuration)
            if status == 200 {
                let sentence = try await operation.check()
                #expect(sentence == "answers (HTTP 200)")
            } else {
                await #expect(throws: LIFError.self) { try await operation.check() }
            }
            #expect(server.asked.first?.target == "/health?deep=1")
        }
    }

    @Test("With a translation the source's whole answer is given, whatever is said of data and mapping")
    func translation() async throws {
        try await SourceServer.with({ _ in .json(Self.answer) }) { server in
            let run = try await Running.of(
                Self.operation(Self.configuration(server.url)), paths: ["EmploymentPreferences"], translation: .some)
            #expect(run.fragments.isEmpty)
            #expect(
                run.documents.map(\.text) == [Self.answer])
            #expect(run.report.learnerKnown)
        }
    }

    @Test("With a translation there is no document about a learner who is not known", arguments: ["null", "[]"])
    func translationOfNothing(text: String) async throws {
        try await SourceServer.with({ _ in .json(text) }) { server in
            let run = try await Running.of(
                Self.operation(Self.configuration(server.url)), paths: ["Name"], translation: .some)
            #expect(run.items.isEmpty)
            #expect(!run.report.learnerKnown)
        }
    }
}
