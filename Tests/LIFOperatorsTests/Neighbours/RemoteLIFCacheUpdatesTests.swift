import LIFHTTP
import LIFJSON
import LIFModel
import LIFNeighbours
import LIFQueryPlanner
import LIFTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct RemoteLIFCacheUpdatesTests {
    private static let body =
        #"{"updatePerson": {"filter": {"Person": {"Identifier": [{"identifier": "SECRET","identifierType": "T"}]}},"#
        + #" "input": {"Person": {"credits": 1.0}}}}"#

    private static func update(_ url: String, timeout: Duration = .seconds(5)) async throws -> RecordUpdateAnswer {
        let cache = RemoteLIFCacheUpdates(
            configuration: LIFCacheConfiguration(
                baseURL: url, token: Secret("t0k"), timeout: timeout, isWritten: false, maximumAnswerBytes: 1_000),
            http: OutgoingHTTPClient())
        return try await cache.update(try RecordUpdate(body: Array(body.utf8), maximumBytes: 1_000))
    }

    @Test("An update is sent to the byte, once, with our credential, and what the cache says comes back")
    func sent() async throws {
        let record = #"{"Person":[{"Name":[{"firstName":"Ada","credits":1.0}]}]}"#
        try await SourceServer.with({ _ in .json(record) }) { (server) async throws in
            let answer = try await Self.update(server.url + "/")
            #expect(answer.status == 200 && answer.document.text == record)
            let asked = try #require(server.asked.first)
            #expect(server.asked.count == 1 && asked.method == "POST" && asked.target == "/update")
            #expect(asked.header("Authorization") == "Bearer t0k")
            #expect(asked.header("Content-Type") == "application/json")
            #expect(asked.body == Array(Self.body.utf8))
        }
    }

    @Test("What a deployed cache finds wrong with an update is its sender's to read", arguments: [400, 404, 409, 422])
    func refused(status: Int) async throws {
        let detail = #"{"detail":[{"loc":["body","updatePerson","filter"],"msg":"Value error, No filter provided."}]}"#
        try await SourceServer.with({ _ in .json(detail, status: status) }) { (server) async throws in
            let answer = try await Self.update(server.url)
            #expect(answer.status == status && answer.document.text == detail)
        }
    }

    private static func failure(_ reply: SourceServer.Reply) async throws -> LIFError {
        try await SourceServer.with({ _ in reply }) { (server) async throws in
            let error = try #require(await #expect(throws: LIFError.self) { try await Self.update(server.url) })
            #expect(error.code == .neighbourNotAvailable && error.blame == .source)
            #expect(error.message.hasPrefix("The LIF Cache is not available: ") && !error.message.contains("SECRET"))
            #expect(server.asked.count == 1)
            return error
        }
    }

    @Test(
        "When the cache has failed, or its answer cannot be read, the update may have been made",
        arguments: [
            SourceServer.Reply.json(#"{"detail":"SECRET"}"#, status: 500), .json("{}", status: 503),
            .json("<html>SECRET"), .json(""), .json("[\"\(String(repeating: "x", count: 1_000))\"]"),
        ])
    func unknown(reply: SourceServer.Reply) async throws {
        let error = try await Self.failure(reply)
        #expect(error.message.contains("may have been made") && error.isFinal && !error.isRetryable)
    }

    @Test(
        "What never reached the update of a LIF Cache was not made, and our credential is not the sender's",
        arguments: [(401, "{}", "token"), (403, "{}", "token"), (302, "{}", "redirect"), (404, "<html>", "404")])
    func notMade(status: Int, body: String, word: String) async throws {
        let error = try await Self.failure(.json(body, status: status))
        #expect(error.message.contains(word) && !error.message.contains("may have been made"))
    }

    @Test("A cache that does not answer in time, or is not there, leaves open what has happened")
    func noAnswer() async throws {
        let gate = Gate()
        try await SourceServer.with({ _ in
            try await gate.wait()
            return .status(200)
        }) { (server) async throws in
            let error = try #require(
                await #expect(throws: LIFError.self) {
                    try await Self.update(server.url, timeout: .seconds(2))
                })
            #expect(error.message.contains("in time. The update may have been made"))
            #expect(server.asked.count == 1)
            gate.open()
        }
        let gone = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let error = try #require(await #expect(throws: LIFError.self) { try await Self.update(gone) })
        #expect(error.message.contains("it cannot be reached: there is no connection, or it was lost"))
    }
}
