import LIFHTTP
import Testing

@Suite("Requests and answers", .timeLimit(.minutes(1)))
struct OutgoingHTTPClientTests {
    @Test("A request arrives as it was stated, and the answer comes back whole")
    func exchange() async throws {
        let script = RawServer.Script.answer(
            answer(
                "201 Created", headers: ["X-One: a", "x-one: b", "Content-Type: application/json"], body: "{\"a\":1}"))
        try await RawServer.with(script) { server in
            try await withClient { client in
                let response = try await client.send(
                    OutgoingRequest(
                        .post, url: "\(server.url)/graph%20ql/x?a=b&c=%C3%A9#fragment",
                        headers: [("Authorization", "Bearer x"), ("Content-Type", "application/json")],
                        body: Array("{} end-of-body".utf8), timeout: .seconds(30)))
                #expect(response.status == 201 && response.isSuccess)
                #expect(response.body == Array("{\"a\":1}".utf8))
                #expect(response.header("content-TYPE") == "application/json")
                #expect(response.header("X-ONE") == "a")
                #expect(response.header("X-Two") == nil)
                #expect(response.headers.filter { $0.name.lowercased() == "x-one" }.map(\.value) == ["a", "b"])

                let request = try #require(server.requests.first)
                #expect(request.hasPrefix("POST /graph%20ql/x?a=b&c=%C3%A9 HTTP/1.1\r\n"))
                let lines = request.lowercased().split(separator: "\r\n")
                #expect(lines.contains("authorization: bearer x"))
                #expect(lines.contains("content-type: application/json"))
                #expect(lines.contains("host: 127.0.0.1:\(server.port)"))
                #expect(lines.contains("content-length: 14"))
                #expect(lines.contains { $0.hasPrefix("accept-encoding: ") && $0.contains("gzip") })
                #expect(request.hasSuffix("\r\n\r\n{} end-of-body"))
            }
        }
    }

    @Test("Each method goes out under its name", arguments: OutgoingRequest.Method.allCases)
    func methods(method: OutgoingRequest.Method) async throws {
        let script = RawServer.Script.answer(method == .head ? openHead("Content-Length: 99999999") : answer())
        try await RawServer.with(script) { server in
            try await withClient { client in
                let hasBody = [.post, .put, .patch].contains(method)
                let request = OutgoingRequest(
                    method, url: server.url, body: hasBody ? Array("end-of-body".utf8) : nil, timeout: .seconds(30))
                let response = try await client.send(request)
                #expect(response.status == 200)
                #expect(server.requests.first?.hasPrefix("\(method.rawValue) / HTTP/1.1\r\n") == true)
            }
        }
    }

    @Test("An answer of any status is an answer", arguments: [204, 304, 400, 401, 404, 500, 503])
    func statuses(status: Int) async throws {
        try await RawServer.with(.answer(answer("\(status) Whatever"))) { server in
            try await withClient { client in
                let response = try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                #expect(response.status == status)
                #expect(response.isSuccess == (status == 204))
            }
        }
    }

    @Test("A redirect is not followed", arguments: [301, 302, 303, 307, 308])
    func redirect(status: Int) async throws {
        try await RawServer.with(.answer(answer("\(status) Moved", headers: ["Location: /other"]))) { server in
            try await withClient { client in
                let response = try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                #expect(response.status == status)
                #expect(response.header("Location") == "/other")
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("Compressed answers arrive decompressed")
    func gzip() async throws {
        let body = Array(String(repeating: "fragment ", count: 500).utf8)
        let packed = Gzip.stored(body)
        let head = openHead("Content-Encoding: gzip", "Content-Length: \(packed.count)")
        try await RawServer.with(.answer(head + packed)) { server in
            try await withClient { client in
                let response = try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                #expect(response.body == body)
            }
        }
    }

    @Test("Requests one after another share a connection")
    func keepAlive() async throws {
        try await RawServer.with(.answer(answer(body: "x"))) { server in
            try await withClient { client in
                for _ in 0..<5 { _ = try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30))) }
                #expect(server.requests.count == 5)
                // A connection may be given back a moment after its answer is there.
                #expect(server.connections < 5)
            }
        }
    }

    @Test("Many requests to one host are under way at the same time")
    func concurrency() async throws {
        try await RawServer.with(.hang) { server in
            try await withClient(OutgoingHTTPConfiguration(connectTimeout: .seconds(1))) { client in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<400 {
                        group.addTask {
                            _ = try? await client.send(OutgoingRequest(url: server.url, timeout: .seconds(50)))
                        }
                    }
                    var open = 0
                    for await event in server.events where event == .request {
                        open += 1
                        if open == 400 { break }
                    }
                    #expect(open == 400)
                    group.cancelAll()
                }
            }
        }
    }

    @Test("After the shutdown requests fail, and a second shutdown says so")
    func shutdown() async throws {
        let client = OutgoingHTTPClient()
        try await client.shutdown()
        let error = await #expect(throws: OutgoingHTTPError.self) {
            try await client.send(OutgoingRequest(url: "http://127.0.0.1:1", timeout: .seconds(30)))
        }
        #expect(error?.kind == .cancelled)
        await #expect(throws: OutgoingHTTPError.self) { try await client.shutdown() }
    }

    @Test("A client that is dropped without a shutdown closes its connections")
    func dropped() async throws {
        try await RawServer.with(.answer(answer())) { server in
            do {
                let client = OutgoingHTTPClient(OutgoingHTTPConfiguration(idleTimeout: .seconds(600)))
                _ = try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30)))
            }
            await server.next(.closed)
        }
    }
}
