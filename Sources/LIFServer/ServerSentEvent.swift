import LIFJSON
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
