import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

/// What both adapters make of a source that does not do as it should.
@Suite(.timeLimit(.minutes(2))) struct FaultTests {
    enum Adapter: CaseIterable, Sendable {
        case lifToLIF, rest

        func operation(
            _ url: String, requestTimeout: Duration = .seconds(30), maximumAnswerBytes: Int = 4 << 20
        ) -> any TaskOperator {
            let http = OutgoingHTTPClient()
            switch self {
            case .lifToLIF:
                return LIFToLIFOperator(
                    configuration: LIFToLIFConfiguration(
                        endpoint: url + "/graphql", maximumAnswerBytes: maximumAnswerBytes),
                    http: http, requestTimeout: requestTimeout)
            case .rest:
                return RESTOperator(
                    configuration: RESTConfiguration(
                        url: RESTTemplate([.literal(url + "/users/"), .identifier]), mapping: [],
                        maximumAnswerBytes: maximumAnswerBytes),
                    http: http, requestTimeout: requestTimeout)
            }
        }
    }

    struct Expected: Sendable, CustomTestStringConvertible {
        let status: Int
        let reason: Failure.Reason
        let isRetryable: Bool
        var counts = true
        var testDescription: String { "HTTP \(status)" }
    }

    private static let statuses = [
        Expected(status: 401, reason: .refused, isRetryable: false),
        Expected(status: 403, reason: .refused, isRetryable: false),
        Expected(status: 400, reason: .sourceError, isRetryable: false, counts: false),
        Expected(status: 405, reason: .sourceError, isRetryable: false, counts: false),
        Expected(status: 409, reason: .sourceError, isRetryable: false, counts: false),
        Expected(status: 410, reason: .sourceError, isRetryable: false, counts: false),
        Expected(status: 422, reason: .sourceError, isRetryable: false, counts: false),
        Expected(status: 408, reason: .sourceError, isRetryable: true),
        Expected(status: 429, reason: .sourceError, isRetryable: true),
        Expected(status: 500, reason: .sourceError, isRetryable: true),
        Expected(status: 503, reason: .sourceError, isRetryable: true),
    ]

    @Test(
        "A status is sorted by whether trying again may help, and by whether it says something about the source",
        arguments: Adapter.allCases, statuses)
    func status(adapter: Adapter, expected: Expected) async throws {
        try await SourceServer.with({ _ in .json(#"{"detail":"SECRET"}"#, status: expected.status) }) { server in
            let error = try await Running.failure(of: adapter.operation(server.url), paths: ["Name"])
            #expect(error.reason == expected.reason)
            #expect(error.isRetryable == expected.isRetryable)
            #expect(error.countsAgainstSource == expected.counts)
            #expect(error.message.contains("\(expected.status)"))
            #expect(!error.message.contains("SECRET"))
            // These may be about introspection, so that a partner is asked once more without.
            let isProbed =
                adapter == .lifToLIF && [400, 403, 404, 405, 409, 410, 422, 500, 502].contains(expected.status)
            #expect(server.asked.count == (isProbed ? 2 : 1))
        }
    }

    @Test("The time that a source asks for is passed on", arguments: Adapter.allCases, [429, 503])
    func retryAfter(adapter: Adapter, status: Int) async throws {
        for (text, expected) in [("120", Duration.seconds(120)), ("later", nil)] {
            let reply = SourceServer.Reply(status: status, body: [], headers: ["Retry-After": text])
            try await SourceServer.with({ _ in reply }) { server in
                let error = try await Running.failure(of: adapter.operation(server.url), paths: ["Name"])
                #expect(error.retryAfter == expected)
            }
        }
    }

    @Test("A redirect is not followed", arguments: Adapter.allCases, [301, 302, 307])
    func redirect(adapter: Adapter, status: Int) async throws {
        try await SourceServer.with({ asked in
            SourceServer.Reply(status: status, body: [], headers: ["Location": "/elsewhere"])
        }) { server in
            let error = try await Running.failure(of: adapter.operation(server.url), paths: ["Name"])
            #expect(error.reason == .sourceError)
            #expect(!error.isRetryable)
            #expect(error.message.contains("which is not followed"))
            #expect(server.asked.count == 1)
        }
    }

    @Test(
        "Garbage is an invalid answer", arguments: Adapter.allCases, ["<html>", "", "{\"data\":", "{}x", "\u{FEFF}{}"])
    func garbage(adapter: Adapter, body: String) async throws {
        try await SourceServer.with({ _ in .json(body) }) { server in
            let error = try await Running.failure(of: adapter.operation(server.url), paths: ["Name"])
            #expect(error.reason == .invalidAnswer)
            #expect(!error.isRetryable)
            #expect(!error.countsAgainstSource, "the next learner's record may be sound")
        }
    }

    @Test("An answer may be 128 levels deep and no deeper", arguments: Adapter.allCases)
    func depth(adapter: Adapter) async throws {
        for levels in [128, 129] {
            let body = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            try await SourceServer.with({ _ in .json(body) }) { server in
                let isTooDeep = "nested deeper than the 128 levels"
                switch adapter {
                case .lifToLIF:
                    let error = try await Running.failure(of: adapter.operation(server.url), paths: ["Name"])
                    #expect(error.reason == .invalidAnswer)
                    #expect(error.message.contains(isTooDeep) == (levels > 128))
                case .rest where levels > 128:
                    let error = try await Running.failure(of: adapter.operation(server.url), paths: ["Name"])
                    #expect(error.reason == .invalidAnswer)
                    #expect(error.message.contains(isTooDeep))
                case .rest:
                    let run = try await Running.of(adapter.operation(server.url), paths: ["Name"])
                    #expect(run.report.learnerKnown)
                }
            }
        }
    }

    @Test("Of an answer of 100 MB no more is read than is allowed", arguments: Adapter.allCases)
    func large(adapter: Adapter) async throws {
        let megabyte = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
        try await SourceServer.with({ _ in SourceServer.Reply(status: 200, body: megabyte, times: 100) }) { server in
            let error = try await Running.failure(of: adapter.operation(server.url), paths: ["Name"])
            #expect(error.reason == .answerTooLarge)
            #expect(!error.isRetryable)
            #expect(error.message.contains("\(4 << 20)"))
        }
    }

    @Test("A source that hangs is left when its time is over", arguments: Adapter.allCases)
    func hang(adapter: Adapter) async throws {
        try await SourceServer.with({ _ in
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { server in
            let operation = adapter.operation(server.url, requestTimeout: .milliseconds(200))
            let error = try await Running.failure(of: operation, paths: ["Name"])
            #expect(error.reason == .timeout)
            #expect(error.isRetryable)
        }
    }

    @Test("A run that is cancelled ends at once, with nothing but its cancellation", arguments: Adapter.allCases)
    func cancelled(adapter: Adapter) async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        try await SourceServer.with({ _ in
            ask.yield()
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { server in
            let run = Task { try await Running.of(adapter.operation(server.url), paths: ["Name"]).report }
            for await _ in asked { break }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }

    @Test("A source that does not run cannot be reached", arguments: Adapter.allCases)
    func refused(adapter: Adapter) async throws {
        let url = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let error = try await Running.failure(of: adapter.operation(url), paths: ["Name"])
        #expect(error.reason == .unreachable)
        #expect(error.isRetryable)
        await #expect(throws: LIFError.self) { try await adapter.operation(url).check() }
    }

    @Test("A source whose URL is none is a fault of ours", arguments: Adapter.allCases)
    func noURL(adapter: Adapter) async throws {
        let error = try await Running.failure(of: adapter.operation("sis.example.edu"), paths: ["Name"])
        #expect(error.reason == .internal)
        #expect(!error.isRetryable)
    }
}
