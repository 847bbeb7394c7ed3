import LIFJSON
import NIOCore
import NIOPosix
import Testing

/// One connection to a server on loopback, to the byte.
struct Connection {
    /// What a server answers.
    struct Answer {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: String

        /// Header names are compared without regard to case.
        subscript(header: String) -> String? {
            headers.first { $0.name.lowercased() == header.lowercased() }?.value
        }

        func json() throws -> JSONValue { try JSONParser.parse(body) }
    }

    struct Ended: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ""

    /// Opens a connection, and closes it when the body returns.
    static func open<Value: Sendable>(
        port: Int, _ body: @Sendable @escaping (inout Connection) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = Connection(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&connection)
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Reads one answer; those behind it stay.
    mutating func answer() async throws -> Answer {
        let head = try await head()
        if head["transfer-encoding"] == "chunked" {
            var body = ""
            while let chunk = try await chunk() { body += chunk }
            return Answer(status: head.status, headers: head.headers, body: body)
        }
        let length = head["Content-Length"].flatMap { Int($0) } ?? 0
        return Answer(status: head.status, headers: head.headers, body: try await read(bytes: length))
    }

    /// Reads one answer's head; its body stays.
    mutating func head() async throws -> Answer {
        let head = try await read { $0.range(of: "\r\n\r\n").map { $0.upperBound } }
        // Else it begins with what was left of the answer before.
        #expect(head.hasPrefix("HTTP/1.1 "))
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)[...]
        let status = lines.removeFirst().split(separator: " ")[1]
        let headers = lines.map { line in
            let pair = line.split(separator: ":", maxSplits: 1)
            return (name: String(pair[0]), value: pair.count > 1 ? String(pair[1].drop { $0 == " " }) : "")
        }
        return Answer(status: Int(status) ?? 0, headers: headers, body: "")
    }

    /// Reads one chunk of a body that comes in such; `nil` for the last one.
    mutating func chunk() async throws -> String? {
        let line = try await read { $0.range(of: "\r\n").map { $0.upperBound } }
        let length = try #require(Int(line.prefix { $0.isHexDigit }, radix: 16))
        let data = try await read(bytes: length + 2)
        return length == 0 ? nil : String(data.utf8.dropLast(2))
    }

    private mutating func read(bytes count: Int) async throws -> String {
        try await read { text in
            text.utf8.count >= count ? text.utf8.index(text.startIndex, offsetBy: count) : nil
        }
    }

    /// Reads what is left until the server closes the connection.
    mutating func rest() async throws -> String {
        while let more = try await inbound.next() { received += String(buffer: more) }
        return received
    }

    private mutating func read(until end: (String) -> String.Index?) async throws -> String {
        while true {
            if let end = end(received) {
                let text = String(received[..<end])
                received = String(received[end...])
                return text
            }
            guard let more = try await inbound.next() else { throw Ended() }
            received += String(buffer: more)
        }
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? {
        let pattern = Array(text.utf8)
        let bytes = self.utf8
        var index = bytes.startIndex
        while index != bytes.endIndex {
            if bytes[index...].starts(with: pattern) {
                return index..<bytes.index(index, offsetBy: pattern.count)
            }
            index = bytes.index(after: index)
        }
        return nil
    }
}
