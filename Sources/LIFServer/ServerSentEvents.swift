import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import Logging
import NIOCore

/// One event of a `text/event-stream` (HTML standard, "Server-sent events").
struct ServerSentEvent: Sendable {
    /// Where a client that comes back goes on: `Last-Event-ID`.
    let id: String?
    let event: String
    /// Of one line, as JSON without line breaks is.
    let data: RawJSON

    var bytes: ByteBuffer {
        var buffer = ByteBuffer()
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("event: \(event)\ndata: ")
        buffer.writeBytes(data.bytes)
        buffer.writeString("\n\n")
        return buffer
    }

    /// Keeps the connection alive, also in the eyes of who stands between.
    static let heartbeat = ByteBuffer(string: ": still here\n\n")
}

/// Writes events to a client until they end, the client leaves, or the server is to stop; who comes back goes on where it was.
///
/// The next event is asked for when the connection has taken the one before: a slow client costs no memory.
struct ServerSentEvents: Sendable {
    static let heartbeatInterval = Duration.seconds(15)
    /// How long a client that reads nothing may hold up the server's stop.
    static let patience = Duration.seconds(1)

    let context: ComponentRequestContext
    var heartbeatInterval = Self.heartbeatInterval
    /// `nil` after the last one.
    let next: @Sendable () async throws -> ServerSentEvent?

    var response: Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                do {
                    try await write(to: &writer)
                } catch let error as LIFError {
                    // The head is sent: the client sees an answer that breaks off.
                    context.logger.error("Events broke off", metadata: ["error": "\(error)"])
                    throw error
                }
                try await writer.finish(nil)
            })
    }

    private enum Step: Sendable {
        case event(ServerSentEvent)
        case heartbeat
        case end
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        try await withThrowingTaskGroup(of: Step.self) { group in
            defer { group.cancelAll() }
            let event = { @Sendable () async throws -> Step in try await next().map(Step.event) ?? .end }
            let heartbeat = { @Sendable () async throws -> Step in
                try await Task.sleep(for: heartbeatInterval)
                return .heartbeat
            }
            group.addTask(operation: event)
            group.addTask(operation: heartbeat)
            group.addTask {
                await context.untilOver()
                return .end
            }
            group.addTask {
                await context.untilOver()
                try await Task.sleep(for: Self.patience)
                // A write still waits for the client.
                context.disconnect()
                return .end
            }
            while let step = try await group.next() {
                switch step {
                case .event(let next):
                    try await writer.write(next.bytes)
                    group.addTask(operation: event)
                case .heartbeat:
                    try await writer.write(ServerSentEvent.heartbeat)
                    group.addTask(operation: heartbeat)
                case .end:
                    return
                }
            }
        }
    }
}
