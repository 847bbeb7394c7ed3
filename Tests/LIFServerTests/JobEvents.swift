import LIFJSON
import Testing

/// An event as a client reads it.
struct SentEvent: Sendable {
    let id: Int?
    let name: String
    let data: JSONValue

    /// - Parameter block: The lines before an empty one.
    init(_ block: Substring) throws {
        var fields: [Substring: Substring] = [:]
        for line in block.split(separator: "\n") {
            let pair = line.split(separator: ":", maxSplits: 1)
            fields[pair[0]] = pair[1].dropFirst()
        }
        id = try fields["id"].map { try #require(Int($0)) }
        name = String(try #require(fields["event"]))
        data = try JSONParser.parse(String(try #require(fields["data"])))
    }
}

extension Connection {
    /// Asks for a job's events, and reads the head of the answer.
    mutating func listen(to job: String, after position: Int? = nil) async throws {
        let headers = position.map { ["Last-Event-ID": "\($0)"] } ?? [:]
        try await send(TestServer.request("GET", "/jobs/\(job)/events", headers))
        let head = try await head()
        #expect(head.status == 200 && head["Content-Type"] == "text/event-stream")
        #expect(head["Cache-Control"] == "no-store" && head["Content-Length"] == nil)
    }

    /// Reads one event; `nil` at the end of the answer. An event comes as one chunk.
    mutating func event() async throws -> SentEvent? {
        guard let chunk = try await chunk() else { return nil }
        #expect(chunk.hasSuffix("\n\n"))
        return try SentEvent(chunk[...])
    }

    /// Reads all events to the end of the answer.
    mutating func events() async throws -> [SentEvent] {
        var events: [SentEvent] = []
        while let event = try await event() { events.append(event) }
        return events
    }
}
