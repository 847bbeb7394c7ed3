import LIFHTTP
import Testing

@Suite("Time-outs and cancellation", .timeLimit(.minutes(1)))
struct TimeAndCancellationTests {
    private let clock = ContinuousClock()

    @Test("A refused connection fails at once, and not after the connect time-out")
    func refused() async throws {
        let port = RawServer.refusedPort
        try await withClient(OutgoingHTTPConfiguration(connectTimeout: .seconds(40))) { client in
            let start = clock.now
            let error = await #expect(throws: OutgoingHTTPError.self) {
                try await client.send(OutgoingRequest(url: "http://127.0.0.1:\(port)/", timeout: .seconds(50)))
            }
            #expect(error?.kind == .unreachable)
            #expect(clock.now - start < .seconds(30))
        }
    }

    @Test("A host name that does not exist is unreachable")
    func unknownHost() async throws {
        try await withClient { client in
            let error = await #expect(throws: OutgoingHTTPError.self) {
                try await client.send(OutgoingRequest(url: "http://no-such-host.invalid/", timeout: .seconds(50)))
            }
            #expect(error?.kind == .unreachable)
        }
    }

    @Test("A server that says nothing costs the time-out and no more, and its connection is closed")
    func hanging() async throws {
        try await RawServer.with(.hang) { server in
            try await withClient { client in
                let start = clock.now
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.send(OutgoingRequest(url: server.url, timeout: .milliseconds(200)))
                }
                #expect(error?.kind == .timeout)
                #expect(clock.now - start >= .milliseconds(200))
                #expect(clock.now - start < .seconds(30))
                await server.next(.closed)
            }
        }
    }

    @Test("A body that drips for ever ends at the time-out too")
    func dripping() async throws {
        let script = RawServer.Script.drip(
            head: openHead("Transfer-Encoding: chunked"), chunk: Array("1\r\nx\r\n".utf8))
        try await RawServer.with(script) { server in
            try await withClient { client in
                let start = clock.now
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.send(OutgoingRequest(url: server.url, timeout: .milliseconds(300)))
                }
                #expect(error?.kind == .timeout)
                #expect(clock.now - start < .seconds(30))
                await server.next(.closed)
            }
        }
    }

    @Test("Cancelling the task closes the connection of a request that waits for its answer")
    func cancelled() async throws {
        try await RawServer.with(.hang) { server in
            try await withClient { client in
                let task = Task { try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(50))) }
                await server.next(.request)
                task.cancel()
                let error = await #expect(throws: OutgoingHTTPError.self) { try await task.value }
                #expect(error?.kind == .cancelled)
                await server.next(.closed)
            }
        }
    }

    @Test("A task that is cancelled already sends nothing, by either call")
    func cancelledBefore() async throws {
        try await RawServer.with(.hang) { server in
            try await withClient { client in
                for number in 0..<200 {
                    let task = Task { () -> OutgoingHTTPError? in
                        while !Task.isCancelled { await Task.yield() }
                        let request = OutgoingRequest(url: server.url, timeout: .seconds(50))
                        return await #expect(throws: OutgoingHTTPError.self) {
                            number.isMultiple(of: 2)
                                ? try await client.send(request) : try await client.sendForHead(request)
                        }
                    }
                    task.cancel()
                    #expect(await task.value?.kind == .cancelled)
                }
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test("Cancelling the task closes the connection in the middle of a body")
    func cancelledInBody() async throws {
        // More than the sockets between the two hold, so once it is all written the client is reading.
        let chunk = [UInt8](repeating: 0x78, count: 64 << 10)
        let script = RawServer.Script.stream(head: openHead("Connection: close"), chunk: chunk, count: 15 << 4)
        try await RawServer.with(script) { server in
            try await withClient { client in
                let task = Task { try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(50))) }
                await server.next(.streamed)
                task.cancel()
                let error = await #expect(throws: OutgoingHTTPError.self) { try await task.value }
                #expect(error?.kind == .cancelled)
                await server.next(.closed)
            }
        }
    }

    @Test("Nothing is sent twice when the server closes without an answer")
    func noRetry() async throws {
        try await RawServer.with(.answerAndClose([])) { server in
            try await withClient { client in
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(30)))
                }
                #expect(error?.kind == .unreachable)
                #expect(server.requests.count == 1)
            }
        }
    }
}
