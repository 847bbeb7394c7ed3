import LIFHTTP
import Testing

@Suite("Bounds on answers", .timeLimit(.minutes(1)))
struct BoundsTests {
    private let oneMiB = OutgoingHTTPConfiguration(maximumBodyBytes: 1 << 20)

    @Test("A body over the limit stops early: the client reads no further and closes", arguments: [true, false])
    func tooLarge(hasLength: Bool) async throws {
        let total = 100 << 20
        let chunk = [UInt8](repeating: 0x78, count: 64 << 10)
        let head = hasLength ? openHead("Content-Length: \(total)") : openHead("Connection: close")
        let script = RawServer.Script.stream(head: head, chunk: chunk, count: total / chunk.count)
        try await RawServer.with(script) { server in
            try await withClient(oneMiB) { client in
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(50)))
                }
                #expect(error?.kind == .tooLarge(limit: 1 << 20))
                await server.next(.closed)
                // What the sockets between the two hold comes on top.
                #expect(server.bytesWritten < 30 << 20)
            }
        }
    }

    @Test("A gzip bomb is given up at the limit on decompressed bytes")
    func bomb() async throws {
        let (start, piece) = Gzip.endlessZeros
        let chunk = [[UInt8]](repeating: piece, count: 4_000).flatMap { $0 }
        let script = RawServer.Script.stream(
            head: openHead("Content-Encoding: gzip") + start, chunk: chunk, count: 1_000_000)
        try await RawServer.with(script) { server in
            try await withClient(oneMiB) { client in
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(50)))
                }
                #expect(error?.kind == .tooLarge(limit: 1 << 20))
                await server.next(.closed)
            }
        }
    }

    @Test("A body of exactly the limit is read, one byte more is not", arguments: [true, false])
    func exactLimit(hasLength: Bool) async throws {
        for (count, isRead) in [(1_000, true), (1_001, false)] {
            let head = hasLength ? openHead("Content-Length: \(count)") : openHead("Connection: close")
            let script = RawServer.Script.answerAndClose(head + [UInt8](repeating: 0x78, count: count))
            try await RawServer.with(script) { server in
                try await withClient(OutgoingHTTPConfiguration(maximumBodyBytes: 1_000)) { client in
                    let response = try? await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                    #expect((response?.body.count == count) == isRead)
                    #expect((response == nil) == !isRead)
                }
            }
        }
    }

    @Test("A request may set a smaller limit, and not a greater one")
    func limitOfRequest() async throws {
        try await RawServer.with(.answer(answer(body: String(repeating: "x", count: 600)))) { server in
            try await withClient(OutgoingHTTPConfiguration(maximumBodyBytes: 500)) { client in
                for (limit, expected) in [(100, 100), (10_000, 500)] {
                    let error = await #expect(throws: OutgoingHTTPError.self) {
                        try await client.send(
                            OutgoingRequest(url: server.url, timeout: .seconds(30), maximumBodyBytes: limit))
                    }
                    #expect(error?.kind == .tooLarge(limit: expected))
                }
            }
        }
    }

    @Test(
        "What is no HTTP answer is a protocol error",
        arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "{\"data\":null}", "HTTP/9.9 200 OK\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"])
    func garbage(text: String) async throws {
        let error = try await failure(.answer(Array(text.utf8)))
        #expect(error.kind == .protocolError)
    }

    @Test("A head that never ends is given up")
    func endlessHead() async throws {
        let script = RawServer.Script.stream(
            head: Array("HTTP/1.1 200 OK\r\n".utf8),
            chunk: Array("X-A: \(String(repeating: "y", count: 8_000))\r\n".utf8), count: 100_000)
        let error = try await failure(script)
        #expect(error.kind == .protocolError)
    }

    @Test("A compressed body that is cut off or damaged is a protocol error")
    func damagedGzip() async throws {
        let whole = Gzip.stored(Array("fragment".utf8))
        var damaged = whole
        damaged[10] = 0xFF
        for packed in [Array(whole.dropLast(12)), damaged] {
            let head = openHead("Content-Encoding: gzip", "Content-Length: \(packed.count)")
            let error = try await failure(.answer(head + packed))
            #expect(error.kind == .protocolError)
        }
    }

    @Test("A server that speaks no TLS is a TLS error")
    func plainTextBehindHTTPS() async throws {
        try await RawServer.with(.greetAndClose(answer("400 Bad Request"))) { server in
            try await withClient { client in
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.send(
                        OutgoingRequest(url: "https://127.0.0.1:\(server.port)/", timeout: .seconds(30)))
                }
                #expect(error?.kind == .tls)
            }
        }
    }
}
