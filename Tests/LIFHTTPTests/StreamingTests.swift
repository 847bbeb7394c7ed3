import LIFHTTP
import Testing

@Suite("Answers that are handed on as they come", .timeLimit(.minutes(1)))
struct StreamingTests {
    private struct Enough: Error {}

    private static let chunk = [UInt8](repeating: 0x78, count: 64 << 10)

    /// What was handed on, in order.
    private struct Heard {
        var statuses: [Int] = []
        var bytes = 0
        var statusesBeforeBytes: Int?

        mutating func take(_ chunk: [UInt8]) {
            statusesBeforeBytes = statusesBeforeBytes ?? statuses.count
            bytes += chunk.count
        }
    }

    @Test("The status comes once and first, then all bytes, also more than an answer read as a whole may have")
    func whole() async throws {
        let script = RawServer.Script.stream(
            head: openHead("Content-Length: \(Self.chunk.count * 32)"), chunk: Self.chunk, count: 32)
        try await RawServer.with(script) { server in
            try await withClient(OutgoingHTTPConfiguration(maximumBodyBytes: 1_000)) { client in
                var heard = Heard()
                try await client.stream(
                    OutgoingRequest(url: server.url, timeout: .seconds(30)), head: { heard.statuses.append($0) },
                    chunk: { heard.take($0) })
                #expect(heard.statuses == [200])
                #expect(heard.statusesBeforeBytes == 1)
                #expect(heard.bytes == Self.chunk.count * 32)
            }
        }
    }

    @Test("It may last longer than the request's time-out, which is for the head")
    func longerThanTheTimeout() async throws {
        try await RawServer.with(.drip(head: openHead("Connection: close"), chunk: [0x78])) { server in
            try await withClient { client in
                var bytes = 0
                await #expect(throws: Enough.self) {
                    try await client.stream(
                        OutgoingRequest(url: server.url, timeout: .milliseconds(500)), head: { _ in }
                    ) {
                        bytes += $0.count
                        // One every ten milliseconds.
                        if bytes >= 80 { throw Enough() }
                    }
                }
                #expect(bytes >= 80)
            }
        }
    }

    @Test(
        "Whoever has heard enough, of the status or of the body, ends it, and the connection is closed",
        arguments: [true, false])
    func enough(ofStatus: Bool) async throws {
        try await RawServer.with(.drip(head: openHead("Connection: close"), chunk: [0x78])) { server in
            try await withClient { client in
                await #expect(throws: Enough.self) {
                    try await client.stream(
                        OutgoingRequest(url: server.url, timeout: .seconds(30)),
                        head: { _ in if ofStatus { throw Enough() } }, chunk: { _ in throw Enough() })
                }
                await server.next(.closed)
            }
        }
    }

    @Test("Cancelling the task closes the connection in the middle")
    func cancelled() async throws {
        try await RawServer.with(.drip(head: openHead("Connection: close"), chunk: [0x78])) { server in
            try await withClient { client in
                let (heard, hear) = AsyncStream.makeStream(of: Void.self)
                let task = Task {
                    try await client.stream(
                        OutgoingRequest(url: server.url, timeout: .seconds(30)), head: { _ in },
                        chunk: { _ in hear.yield() })
                }
                for await _ in heard { break }
                task.cancel()
                let error = await #expect(throws: OutgoingHTTPError.self) { try await task.value }
                #expect(error?.kind == .cancelled)
                await server.next(.closed)
            }
        }
    }

    @Test("An answer that breaks off is an error, and what came before it was handed on")
    func brokenOff() async throws {
        try await RawServer.with(.answerAndClose(openHead("Content-Length: 100") + [0x78, 0x79])) { server in
            try await withClient { client in
                var heard = Heard()
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.stream(
                        OutgoingRequest(url: server.url, timeout: .seconds(30)), head: { heard.statuses.append($0) },
                        chunk: { heard.take($0) })
                }
                #expect(error?.kind == .unreachable)
                #expect(heard.bytes == 2)
            }
        }
    }

    @Test("Without an answer nothing is handed on: refused, or silent until the time-out", arguments: [true, false])
    func noAnswer(isSilent: Bool) async throws {
        try await RawServer.with(isSilent ? .hang : .answerAndClose([])) { server in
            try await withClient { client in
                let error = await #expect(throws: OutgoingHTTPError.self) {
                    try await client.stream(
                        OutgoingRequest(url: server.url, timeout: .milliseconds(isSilent ? 300 : 30_000)),
                        head: { _ in Issue.record("there is no status") }, chunk: { _ in })
                }
                #expect(error?.kind == (isSilent ? .timeout : .unreachable))
            }
        }
    }
}
