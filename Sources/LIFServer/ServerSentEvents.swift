import HTTPTypes
import Hummingbird
import LIFJSON
import NIOCore
import ServiceLifecycle

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

    /// Keeps the connection alive, and notices a client that has left.
    static let heartbeat = ByteBuffer(string: ": still here\n\n")
    static let heartbeatInterval = Duration.seconds(15)
}

extension Response {
    /// Streams events until they end, the client leaves, or the server is to stop; who comes back goes on where it was.
    static func events(
        _ events: @escaping @Sendable () async throws -> AsyncThrowingStream<ServerSentEvent, any Error>
    ) async throws -> Response {
        // What cannot begin is a problem document, not a stream.
        let stream = try await events()
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store", .connection: "close",
        ]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await write(stream, to: &writer)
                try await writer.finish(nil)
            })
    }

    private enum Step: Sendable {
        case event(ServerSentEvent)
        case heartbeat
    }

    private static func write(
        _ events: AsyncThrowingStream<ServerSentEvent, any Error>, to writer: inout any ResponseBodyWriter
    ) async throws {
        // Both sources end with the merged stream, and that with the client or the server.
        let merged = AsyncThrowingStream<Step, any Error> { continuation in
            // Bare tasks: they feed the stream and end with it.
            let feed = Task {
                do {
                    for try await event in events { continuation.yield(.event(event)) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            let heart = Task {
                while true {
                    try await Task.sleep(for: ServerSentEvent.heartbeatInterval)
                    continuation.yield(.heartbeat)
                }
            }
            continuation.onTermination = { _ in
                feed.cancel()
                heart.cancel()
            }
        }
        do {
            for try await step in merged.cancelOnGracefulShutdown() {
                switch step {
                case .event(let event): try await writer.write(event.bytes)
                case .heartbeat: try await writer.write(ServerSentEvent.heartbeat)
                }
            }
        } catch is CancellationError {
            return
        }
    }
}
