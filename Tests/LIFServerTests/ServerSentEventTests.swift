import Hummingbird
import LIFJSON
import LIFModel
import LIFTesting
import Logging
import Synchronization
import Testing

@testable import LIFServer

@Suite("Server-sent events", .timeLimit(.minutes(1)))
struct ServerSentEventTests {
    private static let event = ServerSentEvent(id: "7", event: "part", data: RawJSON(["a": 1]))

    private static func events(
        over: Gate = Gate(), disconnected: Tally = Tally(),
        next: @escaping @Sendable () async throws -> ServerSentEvent?
    ) -> ServerSentEvents {
        ServerSentEvents(
            logger: RecordedLog.logger(nil), untilOver: { try? await over.wait() },
            disconnect: { disconnected.add() }, next: next)
    }

    @Test("An event has a line for its position, its name and its data, and an empty one after it")
    func form() {
        #expect(String(buffer: Self.event.bytes) == "id: 7\nevent: part\ndata: {\"a\":1}\n\n")
        let end = ServerSentEvent(id: nil, event: "end", data: RawJSON([:]))
        #expect(String(buffer: end.bytes) == "event: end\ndata: {}\n\n")
    }

    @Test("Of events that a client does not take, one is read ahead")
    func backPressure() async throws {
        let asked = Tally()
        let over = Gate()
        let events = Self.events(over: over) {
            asked.add()
            return Self.event
        }
        let taken = SlowWriter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var writer: any ResponseBodyWriter = taken
                try await events.write(to: &writer)
            }
            try await taken.offered.wait(for: 1)
            #expect(asked.count == 1)
            for count in 1...10 {
                taken.take()
                try await taken.offered.wait(for: count + 1)
                #expect(asked.count <= count + 1)
            }
            over.open()
            taken.take(.max)
            try await group.waitForAll()
        }
    }

    @Test("As long as nothing happens, comments keep the connection alive")
    func heartbeat() async throws {
        let over = Gate()
        var events = Self.events(over: over) {
            try await Gate().wait()
            return nil
        }
        events.heartbeatInterval = .milliseconds(1)
        let taken = SlowWriter()
        taken.take(.max)
        try await withThrowingTaskGroup(of: Void.self) { [events] group in
            group.addTask {
                var writer: any ResponseBodyWriter = taken
                try await events.write(to: &writer)
            }
            try await taken.offered.wait(for: 3)
            over.open()
            try await group.waitForAll()
        }
        #expect(taken.text.hasPrefix(": still here\n\n: still here\n\n"))
    }

    @Test("A client that takes nothing is disconnected when all is over")
    func disconnect() async throws {
        let over = Gate()
        let disconnected = Tally()
        let events = Self.events(over: over, disconnected: disconnected) { Self.event }
        let taken = SlowWriter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var writer: any ResponseBodyWriter = taken
                try await events.write(to: &writer)
            }
            try await taken.offered.wait(for: 1)
            over.open()
            try await disconnected.wait(for: 1)
            taken.take(.max)
            try await group.waitForAll()
        }
    }
}

/// A connection that takes what is written when it is told to.
private final class SlowWriter: ResponseBodyWriter, Sendable {
    /// How often something was to be written.
    let offered = Tally()
    private let takes = Tally()
    private let state = Mutex((takesAll: false, text: ""))

    var text: String { state.withLock { $0.text } }

    func take(_ count: Int = 1) {
        if count == .max { state.withLock { $0.takesAll = true } }
        takes.add()
    }

    func write(_ buffer: ByteBuffer) async throws {
        offered.add()
        if !state.withLock(\.takesAll) { try await takes.wait(for: offered.count) }
        state.withLock { $0.text += String(buffer: buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
