import LIFHTTP
import Testing

@Suite("Answers that are cut short", .timeLimit(.minutes(1)))
struct CutAnswerTests {
    struct Cut: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]

        init(_ name: String, _ bytes: [UInt8]) {
            testDescription = name
            self.bytes = bytes
        }
    }

    private static let cuts = [
        Cut("before the first byte", []),
        Cut("inside the status line", Array("HTTP/1.1 20".utf8)),
        Cut("inside a header's name", Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)),
        Cut("inside a header's value", Array("HTTP/1.1 200 OK\r\nContent-Type: appl".utf8)),
        Cut("before the end of the head", Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n".utf8)),
        Cut("before the body", openHead("Content-Length: 1000")),
        Cut("inside the stated length", openHead("Content-Length: 1000") + Array("half".utf8)),
        Cut("inside a chunk's length", openHead("Transfer-Encoding: chunked") + Array("4".utf8)),
        Cut("inside a chunk", openHead("Transfer-Encoding: chunked") + Array("40\r\nhalf".utf8)),
        Cut("before the last chunk", openHead("Transfer-Encoding: chunked") + Array("4\r\nhalf\r\n".utf8)),
        Cut(
            "inside a compressed body",
            openHead("Content-Encoding: gzip", "Content-Length: 1000") + Gzip.stored(Array("fragment".utf8)).dropLast(4)
        ),
    ]

    @Test("A connection that ends before its answer does is lost", arguments: cuts)
    func cut(_ cut: Cut) async throws {
        let error = try await failure(.answerAndClose(cut.bytes))
        #expect(error.kind == .unreachable)
    }

    @Test("One who wants the head only has it, also where the body is cut short or never ends")
    func headOnly() async throws {
        let scripts: [RawServer.Script] = [
            .answerAndClose(openHead("Content-Length: 1000") + Array("half".utf8)),
            .answerAndClose(openHead("Content-Encoding: br", "Content-Length: 3") + Array("abc".utf8)),
            .drip(head: openHead("X: y"), chunk: [0x20]),
            .stream(head: openHead("X: y"), chunk: Array(repeating: 0x20, count: 1 << 16), count: 1 << 16),
            .answer(openHead("Content-Length: 1000")),
        ]
        for script in scripts {
            try await RawServer.with(script) { server in
                try await withClient { client in
                    let answer = try await client.sendForHead(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                    #expect(answer.status == 200 && answer.body.isEmpty)
                    // Nothing is left of the request: its connection is closed.
                    await server.next(.closed)
                }
            }
        }
    }

    @Test("An answer to one who wants the head only leaves its connection to the next when it is short")
    func headOnlyKeepsConnection() async throws {
        try await RawServer.with(.answer(answer("202 Accepted", headers: ["Retry-After: 7"], body: "taken"))) {
            server in
            try await withClient { client in
                for _ in 0..<3 {
                    let answer = try await client.sendForHead(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                    #expect(answer.status == 202 && answer.header("Retry-After") == "7")
                }
            }
            #expect(server.connections == 1)
        }
    }

    @Test("Without a head there is no answer in time, also to one who wants no more")
    func noHead() async throws {
        try await RawServer.with(.hang) { server in
            try await withClient { client in
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.sendForHead(OutgoingRequest(url: server.url, timeout: .milliseconds(100)))
                }
                #expect(error?.kind == .timeout)
            }
        }
    }

    @Test("A connection that ends inside the TLS handshake is lost, and says nothing about a certificate")
    func handshake() async throws {
        try await RawServer.with(.greetAndClose([])) { server in
            try await withClient { client in
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.send(
                        OutgoingRequest(url: "https://127.0.0.1:\(server.port)/", timeout: .seconds(30)))
                }
                #expect(error?.kind == .unreachable)
            }
        }
    }
}
