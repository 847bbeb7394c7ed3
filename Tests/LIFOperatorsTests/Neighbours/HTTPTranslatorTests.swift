import LIFHTTP
import LIFJSON
import LIFModel
import LIFNeighbours
import LIFTesting
import LIFWorkflow
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPTranslatorTests {
    private static func translator(
        _ url: String, token: String? = nil, timeout: Duration = .seconds(10), maximumAnswerBytes: Int = 1 << 20
    ) -> HTTPTranslator {
        HTTPTranslator(
            configuration: TranslatorConfiguration(
                baseURL: url, token: token.map(Secret.init), requestTimeout: timeout,
                maximumAnswerBytes: maximumAnswerBytes), http: OutgoingHTTPClient())
    }

    private static func translate(
        _ translator: HTTPTranslator, source: String = "26", target: String = "17"
    ) async throws -> RawJSON {
        try await translator.translate(
            RawJSON(validating: Array(#"{"employee":{"pay":1.0}}"#.utf8)),
            Translation(sourceSchemaID: source, targetSchemaID: target), context: OperatorContext())
    }

    private static func failure(_ reply: SourceServer.Reply) async throws -> LIFError {
        try await SourceServer.with({ _ in reply }) { server in
            let error = await #expect(throws: LIFError.self) { try await translate(translator(server.url)) }
            return try #require(error)
        }
    }

    @Test("The document is posted as it is, and the record comes back", arguments: [nil, "t0k"])
    func translates(token: String?) async throws {
        try await SourceServer.with({ _ in .json(#"{"Person": [{"Name": [{"n": 1.0}]}], "other": 1}"#) }) { server in
            let record = try await Self.translate(Self.translator(server.url + "/", token: token))
            #expect(record.text == #"{"Person":[{"Name":[{"n":1.0}]}]}"#)
            let asked = try #require(server.asked.first)
            #expect(asked.method == "POST")
            #expect(asked.target == "/translate/source/26/target/17")
            #expect(asked.body == Array(#"{"employee":{"pay":1.0}}"#.utf8))
            #expect(asked.header("Content-Type") == "application/json")
            #expect(asked.header("Authorization") == token.map { "Bearer \($0)" })
        }
    }

    @Test("The tenant goes with the document, when there is one", arguments: [nil, "tenant_org1"])
    func tenant(schema: String?) async throws {
        try await SourceServer.with({ _ in .json(#"{"Person":[{"a":1}]}"#) }) { server in
            let translator = HTTPTranslator(
                configuration: TranslatorConfiguration(baseURL: server.url, tenantSchema: schema),
                http: OutgoingHTTPClient())
            _ = try await Self.translate(translator)
            #expect(server.asked.first?.header("X-API-Tenant-Schema") == schema)
        }
    }

    @Test(
        "A person may stand there in any of the ways that Translators write it",
        arguments: [#"{"person":[{"a":1}]}"#, #"{"Person":{"a":1}}"#, #"{"person":{"a":1}}"#])
    func forms(answer: String) async throws {
        try await SourceServer.with({ _ in .json(answer) }) { server in
            let record = try await Self.translate(Self.translator(server.url))
            #expect(record.text == #"{"Person":[{"a":1}]}"#)
        }
    }

    @Test("A record without a person is one without data", arguments: [#"{"Person":[]}"#, "{}"])
    func empty(answer: String) async throws {
        try await SourceServer.with({ _ in .json(answer) }) { server in
            let record = try await Self.translate(Self.translator(server.url))
            #expect(record.text == #"{"Person":[]}"#)
        }
    }

    @Test("Ids stay one segment each, and what is no id is not sent")
    func ids() async throws {
        try await SourceServer.with({ _ in .json(#"{"Person":[]}"#) }) { server in
            _ = try await Self.translate(Self.translator(server.url), source: "a/b?c", target: "ü")
            #expect(server.asked.map(\.target) == ["/translate/source/a%2Fb%3Fc/target/%C3%BC"])
            for id in ["", ".", ".."] {
                await #expect(throws: LIFError.self) {
                    try await Self.translate(Self.translator(server.url), source: id)
                }
            }
            #expect(server.asked.count == 1)
        }
    }

    @Test(
        "A status is sorted by whether another attempt may help, and its text is not repeated",
        arguments: [
            (400, false, Failure.Reason.sourceError), (404, false, .sourceError), (422, false, .sourceError),
            (401, false, .refused), (403, false, .refused), (307, false, .sourceError), (408, true, .sourceError),
            (429, true, .sourceError), (500, true, .sourceError), (503, true, .sourceError),
        ])
    func statuses(status: Int, isRetryable: Bool, reason: Failure.Reason) async throws {
        let error = try await Self.failure(.json(#"{"detail":"SECRET"}"#, status: status))
        #expect(error.code == .operatorException)
        #expect(error.isRetryable == isRetryable)
        #expect(error.reason == reason)
        #expect(error.message.contains("Translator") && error.message.contains("\(status)"))
        #expect(!error.message.contains("SECRET"))
    }

    @Test(
        "What is no record is an invalid answer",
        arguments: [
            "", "SECRET", #"{"a":1}"#, "[]", #"{"Person":"SECRET"}"#, #"{"Person":["SECRET"]}"#, #"{"Person":null}"#,
        ])
    func invalid(body: String) async throws {
        let error = try await Self.failure(.json(body))
        #expect(error.reason == .invalidAnswer)
        #expect(!error.isRetryable)
        #expect(error.message.contains("Translator") && !error.message.contains("SECRET"))
    }

    @Test("A record that is too large or too deep is not read")
    func limits() async throws {
        let deep = #"{"Person":{"a":"# + String(repeating: "[", count: 200) + String(repeating: "]", count: 200) + "}}"
        #expect(try await Self.failure(.json(deep)).reason == .invalidAnswer)
        let kilobyte = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 10)
        try await SourceServer.with({ _ in SourceServer.Reply(status: 200, body: kilobyte, times: 100) }) { server in
            let translator = Self.translator(server.url, maximumAnswerBytes: 10_000)
            let error = await #expect(throws: LIFError.self) { try await Self.translate(translator) }
            #expect(error?.reason == .answerTooLarge)
        }
    }

    @Test("A Translator that does not run, or does not answer, may be asked again")
    func unreachable() async throws {
        let url = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let refused = await #expect(throws: LIFError.self) { try await Self.translate(Self.translator(url)) }
        #expect(refused?.reason == .unreachable && refused?.isRetryable == true)
        await #expect(throws: LIFError.self) { try await Self.translator(url).check() }
        try await SourceServer.with({ _ in
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { server in
            let translator = Self.translator(server.url, timeout: .milliseconds(100))
            let silent = await #expect(throws: LIFError.self) { try await Self.translate(translator) }
            #expect(silent?.reason == .timeout && silent?.isRetryable == true)
        }
    }

    @Test("A translation that is cancelled ends with its cancellation")
    func cancelled() async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        try await SourceServer.with({ _ in
            ask.yield()
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { server in
            let run = Task { try await Self.translate(Self.translator(server.url)) }
            for await _ in asked { break }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }

    @Test("A check asks for the health, or else the root", arguments: [true, false])
    func check(hasHealth: Bool) async throws {
        try await SourceServer.with({ asked in
            .status(asked.target == (hasHealth ? "/health" : "/") ? 200 : 404)
        }) { server in
            let sentence = try await Self.translator(server.url, token: "t0k").check()
            #expect(sentence == "answers (HTTP 200)")
            #expect(server.asked.map(\.target) == (hasHealth ? ["/health"] : ["/health", "/"]))
            #expect(server.asked.allSatisfy { $0.header("Authorization") == "Bearer t0k" })
        }
    }

    @Test("A check of what answers badly fails", arguments: [401, 404, 500])
    func checkFails(status: Int) async throws {
        try await SourceServer.with({ _ in .status(status) }) { server in
            let error = await #expect(throws: LIFError.self) { try await Self.translator(server.url).check() }
            #expect(error?.message.contains("Translator") == true)
        }
    }
}
