import LIFHTTP
import Testing

@Suite("Content-Encoding, and a status before its body", .timeLimit(.minutes(1)))
struct ContentEncodingTests {
    private func send(
        _ script: RawServer.Script, _ method: OutgoingRequest.Method = .get, limit: Int = 1 << 20
    ) async throws -> OutgoingResponse {
        try await RawServer.with(script) { server in
            try await withClient(OutgoingHTTPConfiguration(maximumBodyBytes: limit)) { client in
                try await client.send(OutgoingRequest(method, url: server.url, timeout: .seconds(30)))
            }
        }
    }

    @Test(
        "gzip is decompressed under each of its names",
        arguments: ["gzip", "GZIP", "x-gzip", "X-GZip", "identity, gzip", "gzip, identity"])
    func spellings(name: String) async throws {
        let packed = Gzip.stored(Array("fragment".utf8))
        let head = openHead("Content-Encoding: \(name)", "Content-Length: \(packed.count)")
        #expect(try await send(.answer(head + packed)).body == Array("fragment".utf8))
    }

    @Test("A compressed body that comes after its head is read")
    func laterBody() async throws {
        let packed = Gzip.stored(Array("fragment".utf8))
        let head = openHead("Content-Encoding: x-gzip", "Content-Length: \(packed.count * 20)")
        // One piece every ten milliseconds; what follows the first member of a gzip body is damaged.
        let error = try await failure(.drip(head: head, chunk: packed))
        #expect(error.kind == .protocolError)
        let exact = openHead("Content-Encoding: x-gzip", "Content-Length: \(packed.count)")
        let response = try await send(.drip(head: exact, chunk: packed))
        #expect(response.body == Array("fragment".utf8))
    }

    @Test("Several answers on one connection are decompressed each by its own header")
    func severalAnswers() async throws {
        let packed = Gzip.stored(Array("fragment".utf8))
        let head = openHead("Content-Encoding: x-gzip", "Content-Length: \(packed.count)")
        try await RawServer.with(.answer(head + packed)) { server in
            try await withClient { client in
                for _ in 0..<3 {
                    let response = try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                    #expect(response.body == Array("fragment".utf8))
                }
                #expect(server.connections == 1)
            }
        }
    }

    @Test(
        "An encoding that was not asked for is a protocol error", arguments: ["br", "zstd", "gzip, br", "gzip, gzip"])
    func foreignEncoding(encoding: String) async throws {
        let error = try await failure(.answer(answer(headers: ["Content-Encoding: \(encoding)"], body: "x")))
        #expect(error.kind == .protocolError)
    }

    @Test(
        "An empty body is empty, however it is said to be compressed", arguments: ["gzip", "deflate", "x-gzip", "br"])
    func empty(encoding: String) async throws {
        let header = "Content-Encoding: \(encoding)"
        for status in ["200 OK", "304 Not Modified", "404 Not Found"] {
            #expect(try await send(.answer(answer(status, headers: [header]))).body == [])
        }
        let noContent = Array("HTTP/1.1 204 No Content\r\n\(header)\r\n\r\n".utf8)
        #expect(try await send(.answer(noContent)).status == 204)
        let chunked = openHead(header, "Transfer-Encoding: chunked") + Array("0\r\n\r\n".utf8)
        #expect(try await send(.answer(chunked)).body == [])
        #expect(try await send(.answer(openHead(header, "Content-Length: 99")), .head).status == 200)
    }

    struct Body: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: RawServer.Script
    }

    private static let unreadable = [
        Body(testDescription: "in a foreign encoding", script: answered("Content-Encoding: br", body: "xyz")),
        Body(testDescription: "of damaged gzip", script: answered("Content-Encoding: gzip", body: "no gzip at all")),
        Body(testDescription: "of cut gzip", script: answered("Content-Encoding: gzip", body: "\u{1F}")),
        Body(testDescription: "over the limit", script: answered("X-A: b", body: String(repeating: "x", count: 2_000))),
        Body(
            testDescription: "over the limit, in chunks",
            script: .answer(
                head("Transfer-Encoding: chunked")
                    + Array("7D0\r\n\(String(repeating: "x", count: 2_000))\r\n0\r\n\r\n".utf8))),
        Body(testDescription: "cut short", script: .answerAndClose(head("Content-Length: 100") + Array("half".utf8))),
    ]

    private static func head(_ headers: String...) -> [UInt8] {
        Array((["HTTP/1.1 503 Away", "Retry-After: 7"] + headers + ["", ""]).joined(separator: "\r\n").utf8)
    }

    private static func answered(_ header: String, body: String) -> RawServer.Script {
        .answer(answer("503 Away", headers: ["Retry-After: 7", header], body: body))
    }

    @Test("An answer that is no success is its status, whatever its body is", arguments: unreadable)
    func statusFirst(_ body: Body) async throws {
        let response = try await send(body.script, limit: 1_000)
        #expect(response.status == 503)
        #expect(response.body == [])
        #expect(response.retryAfter(now: 0) == .seconds(7))
    }
}
