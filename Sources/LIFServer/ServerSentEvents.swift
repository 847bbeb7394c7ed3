import HTTPTypes
import Hummingbird
import LIFModel
import Logging
import NIOCore

/// Writes events to a client until they end, the client leaves, or the server is to stop; who comes back goes on where it was.
///
/// The next event is asked for when the connection has taken the one before: a slow client costs no memory.
struct ServerSentEvents: Sendable {
    /// How long a client that reads nothing may hold up the server's stop.
    static let patience = Duration.seconds(1)

    let logger: Logger
    var heartbeatInterval = Duration.seconds(15)
    /// Returns when nobody is to be notified any more.
    let untilOver: @Sendable () async -> Void
    let disconnect: @Sendable () -> Void
    /// The next event; `nil` after the last one.
    let next: @Sendable () async throws -> ServerSentEvent?

    init(context: ComponentRequestContext, next: @escaping @Sendable () async throws -> ServerSentEvent?) {
        self.init(
            logger: context.logger, untilOver: { await context.untilOver() }, disconnect: { context.disconnect() },
            next: next)
    }

    init(
        logger: Logger, untilOver: @escaping @Sendable () async -> Void, disconnect: @escaping @Sendable () -> Void,
        next: @escaping @Sendable () async throws -> ServerSentEvent?
    ) {
        self.logger = logger
        self.untilOver = untilOver
        self.disconnect = disconnect
        self.next = next
    }

    private var headers: HTTPFields {
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // A proxy that collects an answer, for instance to compress it, would hold the events back (nginx, and others).
        headers[LIFField.accelBuffering] = "no"
        return headers
    }

    var response: Response {
        Response(
            status: .ok, headers: headers, body: ResponseBody { writer in try await write(to: &writer) })
    }

    private enum Step: Sendable {
        case event(ServerSentEvent)
        case heartbeat
        case end
    }

    /// - Throws: What `next` throws, which is logged: the head of the answer is sent, so that the client sees one that breaks
    ///   off. What the writer throws.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        try await withThrowingTaskGroup(of: Step.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await event() }
            group.addTask { try await heartbeat() }
            group.addTask {
                await untilOver()
                return .end
            }
            group.addTask {
                await untilOver()
                try await Task.sleep(for: Self.patience)
                // A write still waits for the client.
                disconnect()
                return .end
            }
            while let step = try await group.next() {
                switch step {
                case .event(let event):
                    try await writer.write(event.bytes)
                    group.addTask { try await self.event() }
                case .heartbeat:
                    try await writer.write(ServerSentEvent.heartbeat)
                    group.addTask { try await heartbeat() }
                case .end:
                    // Also this may have to wait for the client.
                    return try await writer.finish(nil)
                }
            }
        }
    }

    private func event() async throws -> Step {
        do {
            return try await next().map(Step.event) ?? .end
        } catch let error as LIFError {
            logger.error("Events of a job broke off", metadata: ["error": "\(error)"])
            throw error
        }
    }

    private func heartbeat() async throws -> Step {
        try await Task.sleep(for: heartbeatInterval)
        return .heartbeat
    }
}
