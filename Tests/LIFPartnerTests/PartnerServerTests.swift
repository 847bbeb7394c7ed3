import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LIFGraphQL
import LIFJSON
import LIFPartner
import NIOCore
import Testing

@Suite("A partner over HTTP")
struct PartnerServerTests {
    private static let query =
        #"{"query":"{ person(filter: {Identifier: {identifier: \"100001\"}}) { Name { lastName } } }"}"#
    private static let answer = #"{"data":{"person":[{"Name":[{"lastName":"Brandtner-Okafor"}]}]}}"#

    /// Runs a server on a free port while the body talks to it.
    private static func withServer(
        _ configuration: PartnerServer.Configuration = PartnerServer.Configuration(),
        _ body: @escaping @Sendable (TestClient, PartnerServer) async throws -> Void
    ) async throws {
        let server = try PartnerServer(folder: TestData.exampleFolder("org2"), configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.run() }
            let port = try #require(await server.port())
            #expect(port > 0)
            try await TestClient.withClient(host: "127.0.0.1", port: port) { (client) async throws in
                try await body(client, server)
            }
            group.cancelAll()
        }
    }

    private static func post(
        _ client: TestClient, _ body: String = query, headers: HTTPFields = [:]
    ) async throws -> (status: Int, body: String, headers: HTTPFields) {
        let response = try await client.post("/graphql", headers: headers, body: ByteBuffer(string: body))
        return (
            response.status.code, response.body.map { String(decoding: $0.readableBytesView, as: UTF8.self) } ?? "",
            response.headers
        )
    }

    @Test("A query is answered with the record's data")
    func query() async throws {
        try await Self.withServer { (client, server) async throws in
            let response = try await Self.post(client)
            #expect(response.status == 200 && response.body == Self.answer)
            #expect(response.headers[.contentType] == "application/json")
            #expect(server.requestCount == 1)
            #expect(try await client.get("/health").status.code == 200)
        }
    }

    @Test("Variables and the operation's name are used, and an unknown learner is an empty list")
    func variables() async throws {
        try await Self.withServer { (client, _) async throws in
            let body = #"""
                {"query":"query A { __typename } query B($f: PersonInput) { person(filter: $f) { Name { lastName } } }",
                 "operationName":"B",
                 "variables":{"f":{"Identifier":[{"identifier":"x","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]}}}
                """#
            #expect(try await Self.post(client, body).body == #"{"data":{"person":[]}}"#)
        }
    }

    @Test("Errors of GraphQL are HTTP 200; a body that is no request is 400")
    func errors() async throws {
        try await Self.withServer { (client, _) async throws in
            let faulty = try await Self.post(client, #"{"query":"{ person { Name "}"#)
            #expect(faulty.status == 200)
            #expect(
                faulty.body == #"{"data":null,"errors":[{"message":"Syntax Error: Expected Name, found <EOF>.","#
                    + #""locations":[{"line":1,"column":17}]}]}"#)
            for body in ["", "{", "[]", #"{"query":5}"#, "\u{0}"] {
                let response = try await Self.post(client, body)
                #expect(response.status == 400)
                #expect(try JSONParser.parse(response.body)["errors"]?.array?.count == 1)
            }
        }
    }

    @Test("The schema can be fetched, and a whole entity selected with it")
    func adapterPath() async throws {
        try await Self.withServer { (client, _) async throws in
            var writer = JSONWriter()
            writer.object { $0.member("query", IntrospectionQuery.full.text) }
            let introspection = try await Self.post(client, String(decoding: writer.bytes, as: UTF8.self))
            let schema = try GraphQLSchema(introspection: try JSONParser.parse(introspection.body))
            let selection = try GraphQLSelectionBuilder(schema: schema)
                .selection(of: "PositionPreferences", on: "PersonItem")
            writer = JSONWriter()
            writer.object {
                $0.member("query", "{ person(filter: {Identifier: {identifier: \"100001\"}}) { \(selection) } }")
            }
            let answer = try await Self.post(client, String(decoding: writer.bytes, as: UTF8.self)).body
            #expect(answer.contains(#""Travel":[{"percentage":25.0,"willingToTravelIndicator":true}]"#))
            #expect(answer.contains(#""value":42000.00,"currency":"EUR""#))
        }
    }

    @Test("With a token set, the right key in either header is needed; health stays open")
    func token() async throws {
        var configuration = PartnerServer.Configuration()
        configuration.token = "right"
        let apiKey = try #require(HTTPField.Name("X-API-Key"))
        try await Self.withServer(configuration) { (client, server) async throws in
            #expect(try await Self.post(client).status == 401)
            #expect(try await Self.post(client, headers: [.authorization: "Bearer wrong"]).status == 401)
            #expect(try await Self.post(client, headers: [.authorization: "right"]).status == 401)
            #expect(server.requestCount == 0)
            #expect(try await Self.post(client, headers: [.authorization: "Bearer right"]).body == Self.answer)
            #expect(try await Self.post(client, headers: [apiKey: "right"]).body == Self.answer)
            #expect(try await client.get("/health").status.code == 200)
        }
    }

    @Test("The delay is waited before an answer")
    func delay() async throws {
        var configuration = PartnerServer.Configuration()
        configuration.delay = .milliseconds(80)
        try await Self.withServer(configuration) { (client, _) async throws in
            let clock = ContinuousClock()
            let start = clock.now
            let answer = try await Self.post(client)
            let time = start.duration(to: clock.now)
            #expect(answer.body == Self.answer)
            #expect(time >= .milliseconds(80))
        }
    }

    @Test("Failures come at the rate set, the same in every run")
    func failureRate() async throws {
        var configuration = PartnerServer.Configuration()
        configuration.failureRate = 0.3
        var runs: [[Int]] = []
        for _ in 0..<2 {
            let statuses = StatusList()
            try await Self.withServer(configuration) { (client, _) async throws in
                for _ in 0..<100 { await statuses.append(try await Self.post(client).status) }
            }
            runs.append(await statuses.values)
        }
        #expect(runs[0] == runs[1])
        #expect((15...45).contains(runs[0].count { $0 == 500 }))
        #expect(runs[0].allSatisfy { $0 == 500 || $0 == 200 })
    }

    private actor StatusList {
        var values: [Int] = []
        func append(_ value: Int) { values.append(value) }
    }

    @Test("Faults can be switched on and off while it runs")
    func faults() async throws {
        try await Self.withServer { (client, server) async throws in
            server.setFault(.garbage)
            let garbage = try await Self.post(client)
            #expect(garbage.status == 200)
            #expect(throws: JSONError.self) { try JSONParser.parse(garbage.body) }
            server.setFault(.redirect(to: "http://127.0.0.1:1/"))
            let redirect = try await Self.post(client)
            #expect(redirect.status == 302 && redirect.headers[.location] == "http://127.0.0.1:1/")
            server.setFault(.huge(bytes: 1_000_000))
            #expect(try await Self.post(client).body.utf8.count == 1_000_000)
            server.setFault(.status(503))
            #expect(try await Self.post(client).status == 503)
            server.setFault(nil)
            #expect(try await Self.post(client).body == Self.answer)
        }
    }

    @Test("A hanging partner takes the request and does not answer, and still stops when it is asked to")
    func hang() async throws {
        var configuration = PartnerServer.Configuration()
        configuration.fault = .hang
        try await Self.withServer(configuration) { (client, server) async throws in
            // The end of this body ends the server while the request is still waiting.
            try await client.executeAndDontWaitForResponse(
                TestClient.Request(
                    "/graphql", method: .post, headers: [:], body: ByteBuffer(string: Self.query)))
            let deadline = ContinuousClock.now.advanced(by: .seconds(10))
            while server.requestCount == 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(server.requestCount == 1)
        }
    }

    @Test("A port in use ends the server, and nobody waits for it")
    func portInUse() async throws {
        try await Self.withServer { (_, server) async throws in
            let port = try #require(await server.port())
            let second = try PartnerServer(
                folder: TestData.exampleFolder("org2"), configuration: PartnerServer.Configuration(port: port))
            async let waiting = second.port()
            await #expect(throws: (any Error).self) { try await second.run() }
            #expect(await waiting == nil)
        }
    }
}
