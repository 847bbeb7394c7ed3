import Foundation
import LIFHTTP
import LIFJSON
import LIFModel

/// Asks an Orchestrator over HTTP, for the commands about jobs and schedules.
struct OrchestratorClient {
    /// Without a slash at its end.
    let url: String
    let token: String?
    private let http = OutgoingHTTPClient(.ofEnvironment)

    init(url: String, token: String?) {
        let absolute = url.contains("://") ? url : "http://\(url)"
        self.url = absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
        self.token = token
    }

    /// - Returns: The answer's document; `null` for an answer without one.
    /// - Throws: `LIFError`: the orchestrator's own, or `NeighbourNotAvailable`.
    func ask(
        _ method: OutgoingRequest.Method = .get, _ path: String, accept: String = "application/json",
        body: RawJSON? = nil
    ) async throws -> RawJSON {
        let response = try await send(method, path, accept: accept, body: body)
        if response.body.isEmpty { return .null }
        do {
            return try RawJSON(validating: response.body)
        } catch {
            throw Self.noOrchestrator
        }
    }

    /// - Returns: The answer's text.
    func text(_ path: String, accept: String) async throws -> String {
        String(decoding: try await send(.get, path, accept: accept, body: nil).body, as: UTF8.self)
    }

    /// Calls with each event of a job until its end: the event's name and its data.
    func events(of job: String, _ event: (String, RawJSON) async throws -> Void) async throws {
        var reader = EventStreamReader()
        var status = 0
        var problem: [UInt8] = []
        do {
            try await http.stream(
                request(.get, "/jobs/\(job)/events", accept: "text/event-stream", body: nil),
                head: { status = $0 },
                chunk: { bytes in
                    if status != 200 {
                        problem += bytes
                        return
                    }
                    for (name, data) in reader.read(bytes) { try await event(name, data) }
                })
        } catch let error as OutgoingHTTPError {
            throw unreachable(error)
        }
        if status != 200 { throw Self.problem(status, problem) }
    }

    func close() async { try? await http.shutdown() }

    private func request(
        _ method: OutgoingRequest.Method, _ path: String, accept: String, body: RawJSON?
    ) -> OutgoingRequest {
        var headers = [(name: "Accept", value: accept)]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        if body != nil { headers.append(("Content-Type", "application/json")) }
        return OutgoingRequest(
            method, url: url + path, headers: headers, body: body.map { Array($0.bytes) }, timeout: .seconds(60))
    }

    private func send(
        _ method: OutgoingRequest.Method, _ path: String, accept: String, body: RawJSON?
    ) async throws -> OutgoingResponse {
        let response: OutgoingResponse
        do {
            response = try await http.send(request(method, path, accept: accept, body: body))
        } catch {
            throw unreachable(error)
        }
        guard response.isSuccess else { throw Self.problem(response.status, response.body) }
        return response
    }

    private func unreachable(_ error: OutgoingHTTPError) -> LIFError {
        LIFError(
            .neighbourNotAvailable,
            "The Orchestrator at \(url) cannot be reached: \(error.message) Is `lif serve` running?", blame: .source,
            isRetryable: HTTPFailure(error, of: .neighbour).isRetryable, cause: error)
    }

    static let noOrchestrator = LIFError(
        .neighbourNotAvailable, "The server there is not an Orchestrator: its answer has another form.",
        blame: .source)

    private static func problem(_ status: Int, _ body: [UInt8]) -> LIFError {
        guard let document = try? RawJSON(validating: body) else { return noOrchestrator }
        let code = document["code"]?.string.flatMap(LIFError.Code.init(rawValue:)) ?? .neighbourNotAvailable
        return LIFError(code, document["detail"]?.string ?? "The orchestrator answered with status \(status).")
    }
}

/// Reads a `text/event-stream` piece by piece.
struct EventStreamReader {
    private var unread: [UInt8] = []

    /// - Returns: The events that are whole now; comments and events without JSON are ignored.
    mutating func read(_ bytes: [UInt8]) -> [(name: String, data: RawJSON)] {
        unread += bytes
        var events: [(String, RawJSON)] = []
        while let end = unread.firstRange(of: [0x0A, 0x0A]) {
            let block = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
            unread.removeSubrange(..<end.upperBound)
            var (name, data) = ("message", "")
            for line in block.split(separator: "\n") {
                if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
                if line.hasPrefix("data: ") { data += line.dropFirst(6) }
            }
            if let json = try? RawJSON(validating: Array(data.utf8)) { events.append((name, json)) }
        }
        return events
    }
}
