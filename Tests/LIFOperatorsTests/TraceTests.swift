import Foundation
import GRDB
import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

/// What a trace of a fetch shows, and what it never does.
@Suite(.timeLimit(.minutes(1))) struct TraceTests {
    private func trace(
        _ operation: any TaskOperator, paths: [String]
    ) async throws -> (requests: [OperatorTrace.Message], answers: [OperatorTrace.Message]) {
        let events = Mutex<[OperatorTrace.Event]>([])
        let part = QueryPlanPart(
            informationSourceID: "source", adapterID: "adapter", learner: .known,
            fragmentPaths: paths.map(FragmentPath.init(entity:)))
        let context = OperatorContext(trace: OperatorTrace { event in events.withLock { $0.append(event) } })
        _ = try await operation.run(part, context: context) { _ in }
        return events.withLock { events in
            (
                events.compactMap { if case .request(let request) = $0 { request } else { nil } },
                events.compactMap { if case .answer(let answer) = $0 { answer } else { nil } }
            )
        }
    }

    @Test(
        "Credentials are hidden wherever a template has them, and where the source repeats them; the source gets them")
    func rest() async throws {
        try await SourceServer.with({ .json(#"{"a":1,"you":"\#($0.header("X-Api-Key") ?? "")"}"#) }) { server in
            let configuration = RESTConfiguration(
                method: .post,
                url: RESTTemplate([
                    .literal(server.url + "/"), .identifier, .literal("?t="), .secret("url-secret"),
                ]),
                headers: [
                    .init(name: "X-Api-Key", value: RESTTemplate([.literal("written-secret")])),
                    .init(name: "X-Plain", value: RESTTemplate([.literal("p-"), .secret("header-secret")])),
                ],
                body: RESTTemplate([
                    .literal(#"{"who":""#), .identifier, .literal(#"","pass":""#), .secret("body-secret"),
                    .literal(#""}"#),
                ]),
                mapping: [FragmentMapping(path: FragmentPath(entity: "Name"))])
            let (requests, answers) = try await trace(
                RESTOperator(configuration: configuration, http: OutgoingHTTPClient()), paths: ["Name"])
            let request = try #require(requests.first)
            #expect(request.title == "POST \(server.url)/100001?t=•••")
            #expect(request.lines.prefix(2) == ["X-Api-Key: •••", "X-Plain: p-•••"])
            #expect(request.body == #"{"who":"100001","pass":"•••"}"#)
            #expect(answers.first?.title.hasPrefix("HTTP 200, ") == true)
            #expect(answers.first?.body == #"{"a":1,"you":"•••"}"#)
            let asked = try #require(server.asked.first)
            #expect(asked.target == "/100001?t=url-secret" && asked.header("X-Plain") == "p-header-secret")
            #expect(asked.json["pass"]?.string == "body-secret")
        }
    }

    @Test("Of a database the queries are shown with their parameters, and the rows, or that there are none")
    func sql() async throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "s.sqlite").path
        try await DatabaseQueue(path: file).write {
            try $0.execute(sql: "CREATE TABLE t (id, n); INSERT INTO t VALUES ('100001', 'a')")
        }
        func source(_ column: String) -> SQLOperator {
            SQLOperator(
                configuration: SQLConfiguration(
                    database: file,
                    queries: [
                        SQLConfiguration.Query(
                            mapping: FragmentMapping(path: FragmentPath(entity: "Name")),
                            sql: "SELECT n FROM t WHERE \(column) = :identifier")
                    ], learnerQuery: "SELECT 1 FROM t WHERE \(column) = :identifier"))
        }
        let (requests, answers) = try await trace(source("id"), paths: ["Name"])
        #expect(requests.map(\.title) == ["learner_query", "query of Person.Name"])
        #expect(requests.last?.body == "SELECT n FROM t WHERE id = :identifier")
        #expect(requests.allSatisfy { $0.lines.contains(":identifier = 100001") })
        #expect(answers.map(\.title) == ["rows of Person.Name"])
        #expect(answers.first?.lines == ["columns: n"] && answers.first?.body == #"[{"n":"a"}]"#)
        let unknown = try await trace(source("n"), paths: ["Name"])
        #expect(unknown.answers.first?.title == "no rows: the learner is not known")
    }

    @Test("A credential is hidden in headers of the answer, as plain text of the file, and however it is encoded")
    func everywhere() async throws {
        let reply: @Sendable (SourceServer.Asked) -> SourceServer.Reply = { asked in
            var reply = SourceServer.Reply.json(
                #"{"key":"written/key","cookie":"c00kie","again":"pass\/w\"ord","h":"t0ken-1"}"#)
            reply.status = 302
            reply.headers["Location"] = "https://elsewhere.example" + asked.target
            return reply
        }
        try await SourceServer.with(reply) { server in
            let configuration = RESTConfiguration(
                method: .post,
                url: RESTTemplate([
                    .literal(server.url + "/"), .identifier, .literal("?api_key=written%2Fkey&k="), .secret("t%2Bk"),
                ]),
                headers: [
                    .init(name: "Cookie", value: RESTTemplate([.literal("session=c00kie; other=1")])),
                    .init(name: "Authorization", value: RESTTemplate([.literal("Bearer t0ken-1")])),
                ],
                body: RESTTemplate([
                    .literal(#"{"login":[{"password":"pass/w\"ord","who":""#), .identifier, .literal(#""}]}"#),
                ]),
                notFoundStatuses: [302], mapping: [FragmentMapping(path: FragmentPath(entity: "Name"))])
            let (requests, answers) = try await trace(
                RESTOperator(configuration: configuration, http: OutgoingHTTPClient()), paths: ["Name"])
            let request = try #require(requests.first)
            #expect(request.title == "POST \(server.url)/100001?api_key=•••&k=•••")
            #expect(request.body == #"{"login":[{"password":"•••","who":"100001"}]}"#)
            let answer = try #require(answers.first)
            #expect(answer.lines.contains("Location: https://elsewhere.example/100001?api_key=•••&k=•••"))
            #expect(answer.body == #"{"key":"•••","cookie":"•••","again":"•••","h":"•••"}"#)
            #expect(answer.hide(in: "written/key t0ken-1 other") == "••• ••• other")
        }
    }

    @Test("A partner's paths are held against its schema, and its token is not shown")
    func partner() async throws {
        let partner = GraphQLPartner(schema: try .partner(), persons: ["100001": ["Name": [["firstName": "Ada"]]]])
        try await SourceServer.with(partner.answer) { server in
            let operation = LIFToLIFOperator(
                configuration: LIFToLIFConfiguration(endpoint: server.url + "/graphql", token: Secret("partner-token")),
                http: OutgoingHTTPClient())
            let notices = try await operation.notices(
                about: ["Nmae", "name", "Narrative"].map(FragmentPath.init(entity:)))
            #expect(notices.count == 2)
            #expect(notices.first?.hasSuffix("Did you mean \"Person.Name\"?") == true, "\(notices)")
            let (requests, answers) = try await trace(operation, paths: ["Name"])
            #expect(requests.count == 1 && answers.count == 1)
            #expect(requests.first?.lines.contains("Authorization: Bearer •••") == true)
            #expect(requests.first?.body?.contains("100001") == true)
            #expect(answers.first?.body?.contains("Ada") == true)
        }
    }
}
