import LIFHTTP
import Testing

/// Runs the body with a client and shuts it down behind it.
func withClient<Value>(
    _ configuration: OutgoingHTTPConfiguration = OutgoingHTTPConfiguration(),
    _ body: (OutgoingHTTPClient) async throws -> Value
) async throws -> Value {
    let client = OutgoingHTTPClient(configuration)
    do {
        let value = try await body(client)
        try await client.shutdown()
        return value
    } catch {
        try? await client.shutdown()
        throw error
    }
}

/// Sends one request to a server with the script, and gives the error it must end with.
func failure(
    _ script: RawServer.Script, configuration: OutgoingHTTPConfiguration = OutgoingHTTPConfiguration(),
    timeout: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation
) async throws -> OutgoingHTTPError {
    try await RawServer.with(script) { server in
        try await withClient(configuration) { client in
            try await #require(throws: OutgoingHTTPError.self, sourceLocation: sourceLocation) {
                try await client.send(OutgoingRequest(url: server.url, timeout: timeout))
            }
        }
    }
}

func answer(_ status: String = "200 OK", headers: [String] = [], body: String = "") -> [UInt8] {
    let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "", body]
    return Array(lines.joined(separator: "\r\n").utf8)
}

/// The head of an answer without a stated length: its body ends with the connection.
func openHead(_ headers: String...) -> [UInt8] {
    Array((["HTTP/1.1 200 OK"] + headers + ["", ""]).joined(separator: "\r\n").utf8)
}
