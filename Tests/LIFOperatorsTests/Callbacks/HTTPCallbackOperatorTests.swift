import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct HTTPCallbackOperatorTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let ownSecret = "whsec_b3duLW93bi1vd24tb3duLW93bi1vd24h"
    private static let now = Date(timeIntervalSince1970: 1_614_265_330.75)

    private static func operation(
        _ hosts: [HTTPCallbackConfiguration.Host], secret: String? = nil, timeout: Duration = .seconds(10)
    ) throws -> HTTPCallbackOperator {
        try HTTPCallbackOperator(
            configuration: HTTPCallbackConfiguration(
                hosts: hosts, signingSecret: secret.map(Secret.init), requestTimeout: timeout),
            http: OutgoingHTTPClient(), now: { now })
    }

    private static func message(_ target: String, _ kind: CallbackKind = .results) throws -> CallbackMessage {
        CallbackMessage(
            callback: Callback(job: RandomID(), kind: kind, target: target, fence: 1, createdAt: now),
            body: try RawJSON(validating: Array(#"{"run_id":"r","x":1.0,"é":"\u00e9"}"#.utf8)))
    }

    @Test("The body is posted as it is, with the headers of the specification, and verifies")
    func delivers() async throws {
        try await SourceServer.with({ _ in .status(204) }) { server in
            let operation = try Self.operation([.init("http://127.0.0.1:\(server.port)")], secret: Self.secret)
            let message = try Self.message(server.url + "/orchestration/results?x=1")
            try await operation.deliver(message)
            let asked = try #require(server.asked.first)
            #expect(asked.method == "POST")
            #expect(asked.target == "/orchestration/results?x=1")
            #expect(asked.body == Array(#"{"run_id":"r","x":1.0,"é":"\u00e9"}"#.utf8))
            #expect(asked.header("Content-Type") == "application/json")
            #expect(asked.header("Authorization") == nil)
            #expect(asked.header("webhook-id") == message.callback.id.text)
            #expect(asked.header("webhook-timestamp") == "1614265330")
            let receiver = try #require(WebhookSignature(secret: Secret(Self.secret)))
            let expected = receiver.value(id: message.callback.id.text, timestamp: 1_614_265_330, body: asked.body)
            #expect(asked.header("webhook-signature") == expected)
        }
    }

    @Test("Without a secret nothing is signed")
    func unsigned() async throws {
        try await SourceServer.with({ _ in .status(200) }) { server in
            try await Self.operation([.init("http://127.0.0.1:\(server.port)")]).deliver(Self.message(server.url))
            let asked = try #require(server.asked.first)
            #expect(asked.header("webhook-signature") == nil)
            #expect(asked.header("webhook-id") != nil)
        }
    }

    @Test("Each host gets its own token and signature")
    func perHost() async throws {
        try await SourceServer.with({ _ in .status(200) }) { server in
            let hosts: [HTTPCallbackConfiguration.Host] = [
                .init("http://127.0.0.1", token: Secret("wrong")),
                .init("127.0.0.1:\(server.port)", token: Secret("wrong")),
                .init("http://LOCALHOST:\(server.port)", token: Secret("local")),
                .init(
                    "http://127.0.0.1:\(server.port)", token: Secret("t0k"), signingSecret: Secret(Self.ownSecret)),
            ]
            let operation = try Self.operation(hosts, secret: Self.secret)
            let message = try Self.message(server.url)
            try await operation.deliver(message)
            #expect(server.asked[0].header("Authorization") == "Bearer t0k")
            let own = try #require(WebhookSignature(secret: Secret(Self.ownSecret)))
            #expect(
                server.asked[0].header("webhook-signature")
                    == own.value(id: message.callback.id.text, timestamp: 1_614_265_330, body: message.body.bytes))
        }
    }

    @Test(
        "To a host that is not allowed nothing is sent",
        arguments: [
            ["localhost:PORT"], ["http://localhost:PORT"], ["http://127.0.0.1:1"], [],
            ["http://127.0.0.1.example.org:PORT"],
            ["127.0.0.1:PORT"], ["https://127.0.0.1:PORT"], ["http://127.0.0.1"], ["127.0.0.1"],
        ])
    func notAllowed(hosts: [String]) async throws {
        try await SourceServer.with({ _ in .status(200) }) { server in
            let hosts = hosts.map { $0.replacing("PORT", with: "\(server.port)") }
            let operation = try Self.operation(hosts.map { .init($0) })
            let error = await #expect(throws: LIFError.self) { try await operation.deliver(Self.message(server.url)) }
            #expect(error?.isRetryable == false)
            #expect(error?.message.contains("127.0.0.1") == false)
            #expect(throws: LIFError.self) { try operation.admit(server.url) }
            #expect(server.asked.isEmpty)
        }
    }

    @Test(
        "What only looks like an allowed host is none",
        arguments: [
            "http://allowed.example.edu@evil.example.org/", "http://evil.example.org/allowed.example.edu",
            "http://evil.example.org#allowed.example.edu", "http://allowed.example.edu.evil.org/",
            "http://allowed.example.edu\\@evil.example.org/", "file:///etc/passwd", "operator-name", "",
        ])
    func disguised(target: String) async throws {
        let operation = try Self.operation([.init("allowed.example.edu")])
        #expect(throws: LIFError.self) { try operation.admit(target) }
        let error = await #expect(throws: LIFError.self) { try await operation.deliver(Self.message(target)) }
        #expect(error?.code == .operatorException)
        #expect(error?.message.contains("evil") == false)
    }

    @Test("An allowed host means https unless http is written, and its port as it is written")
    func admitted() throws {
        let operation = try Self.operation([
            .init("Hooks.Example.EDU"), .init("other.example.edu:8443"), .init("http://inside"),
            .init("HTTP://[::1]:81"),
        ])
        for url in [
            "https://hooks.example.edu/x", "HTTPS://HOOKS.example.edu:443", "https://other.example.edu:8443/?a=b",
            "http://inside:80/x", "http://inside/x", "http://[::1]:81/",
        ] { try operation.admit(url) }
        for url in [
            "http://hooks.example.edu/x", "https://hooks.example.edu:444/", "http://hooks.example.edu:443/",
            "https://other.example.edu", "http://other.example.edu:8443/", "https://inside/", "http://inside:81/",
            "http://[::1]/",
        ] { #expect(throws: LIFError.self, "\(url)") { try operation.admit(url) } }
    }

    @Test(
        "What is no host is reported when the operator is made",
        arguments: ["", "h/", "http://h/path", "h#x", "ftp://h", "h:0", "u@h", "http://"])
    func noHost(name: String) {
        let error = #expect(throws: LIFError.self) { try Self.operation([.init(name)]) }
        #expect(error?.code == .configurationNotValid)
    }

    @Test(
        "Any status but success and 410 is tried again: receivers are deployed anew, and tokens change",
        arguments: [
            (408, true), (425, true), (429, true), (500, true), (503, true), (599, true), (400, true), (401, true),
            (403, true), (404, true), (405, true), (409, true), (422, true), (410, false), (301, true), (307, true),
            (304, true),
        ])
    func statuses(status: Int, isRetryable: Bool) async throws {
        try await SourceServer.with({ _ in
            SourceServer.Reply(status: status, body: [], headers: ["Location": "/elsewhere"])
        }) { server in
            let operation = try Self.operation([.init("http://127.0.0.1:\(server.port)")])
            let error = await #expect(throws: LIFError.self) { try await operation.deliver(Self.message(server.url)) }
            #expect(error?.isRetryable == isRetryable)
            #expect(error?.message.contains("\(status)") == true)
            #expect(server.asked.count == 1)
        }
    }

    @Test("An answer's status is all that counts, whatever its body is")
    func anyBody() async throws {
        let endless = SourceServer.Reply(status: 200, body: Array(repeating: 0x20, count: 1 << 20), times: 1 << 12)
        let foreign = SourceServer.Reply(status: 202, body: [1, 2, 3], headers: ["Content-Encoding": "br"])
        let damaged = SourceServer.Reply(status: 201, body: [1, 2, 3], headers: ["Content-Encoding": "gzip"])
        for reply in [endless, foreign, damaged] {
            try await SourceServer.with({ _ in reply }) { server in
                let operation = try Self.operation([.init("http://127.0.0.1:\(server.port)")])
                try await operation.deliver(Self.message(server.url))
                #expect(server.asked.count == 1)
            }
        }
    }

    @Test("The time that a receiver asks for is passed on, up to an hour")
    func retryAfter() async throws {
        let expected: [(String, Duration?)] = [
            ("4", .seconds(4)), ("Thu, 25 Feb 2021 15:02:20 GMT", .milliseconds(9_250)), ("7200", .seconds(3_600)),
            ("Wed, 21 Oct 2099 07:28:00 GMT", .seconds(3_600)), ("-4", nil), ("soon", nil),
        ]
        for (text, wait) in expected {
            let reply = SourceServer.Reply(status: 429, body: [], headers: ["Retry-After": text])
            try await SourceServer.with({ _ in reply }) { server in
                let operation = try Self.operation([.init("http://127.0.0.1:\(server.port)")])
                let error = await #expect(throws: LIFError.self) {
                    try await operation.deliver(Self.message(server.url))
                }
                #expect(error?.retryAfter == wait, "\(text)")
            }
        }
    }

    @Test("A receiver that does not run, or does not answer, may be tried again")
    func unreachable() async throws {
        let url = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let operation = try Self.operation([.init(url)])
        let refused = await #expect(throws: LIFError.self) { try await operation.deliver(Self.message(url)) }
        #expect(refused?.reason == .unreachable && refused?.isRetryable == true)
        try await SourceServer.with({ _ in
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { server in
            let hasty = try Self.operation([.init("http://127.0.0.1:\(server.port)")], timeout: .milliseconds(100))
            let silent = await #expect(throws: LIFError.self) { try await hasty.deliver(Self.message(server.url)) }
            #expect(silent?.reason == .timeout && silent?.isRetryable == true)
        }
    }

    @Test("A delivery that is cancelled ends with its cancellation")
    func cancelled() async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        try await SourceServer.with({ _ in
            ask.yield()
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { server in
            let operation = try Self.operation([.init("http://127.0.0.1:\(server.port)")])
            let run = Task { try await operation.deliver(Self.message(server.url)) }
            for await _ in asked { break }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }

    @Test("A secret that can sign nothing is reported when the operator is made, without the secret")
    func secret() throws {
        let error = #expect(throws: LIFError.self) { try Self.operation([.init("h")], secret: "whsec_*SECRET*") }
        #expect(error?.code == .configurationNotValid)
        #expect(error?.message.contains("SECRET") == false)
    }
}
