import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFOrchestrator
import NIOCore

extension Request {
    /// The body as JSON. As it is held no more then, others may come into its place (`body_budget`).
    ///
    /// - Throws: `LIFError` with the code given when it cannot be read to its end, or is not JSON, with the position;
    ///   Hummingbird's 413 when it is too large; `CancellationError`.
    func json(
        upTo maximumBytes: Int, code: LIFError.Code, _ context: ComponentRequestContext
    ) async throws -> JSONValue {
        defer { context.bodyRoom?.close() }
        let bytes = try await content(upTo: maximumBytes, code: code)
        do {
            return try await LargeBodies.parse(bytes) { bytes in
                try JSONParser.parse(bytes, limits: JSONLimits(maximumBytes: maximumBytes, maximumDepth: 32))
            }
        } catch let error as JSONError {
            throw LIFError(code, "The request's body is not JSON: \(error).", cause: error)
        }
    }

    /// Refuses a body that is announced as too long, before any of it is asked for or read.
    ///
    /// - Throws: Hummingbird's 413.
    func checkAnnouncedLength(upTo maximumBytes: Int) throws {
        guard let length = headers[.contentLength] else { return }
        if Int(length) ?? .max > maximumBytes { throw HTTPError(.contentTooLarge) }
    }

    /// The body as it came, at most so many bytes.
    ///
    /// - Throws: As `json(upTo:code:_:)`.
    func content(upTo maximumBytes: Int, code: LIFError.Code) async throws -> [UInt8] {
        try checkAnnouncedLength(upTo: maximumBytes)
        var bytes: [UInt8] = []
        do {
            for try await buffer in body {
                guard buffer.readableBytes <= maximumBytes - bytes.count else { throw HTTPError(.contentTooLarge) }
                if bytes.isEmpty { bytes.reserveCapacity(headers[.contentLength].flatMap { Int($0) } ?? 0) }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let error where error is CancellationError || error is LIFError || error is any HTTPResponseError {
            throw error
        } catch {
            // What comes over the connection is no HTTP body, or its end never came.
            throw LIFError(code, "The request's body could not be read to its end.", cause: error)
        }
        return bytes
    }
}

extension Response {
    static func json(
        _ status: HTTPResponse.Status = .ok, _ json: RawJSON, type: String = "application/json",
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    static func json(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter()
        writer.object(write)
        return .json(status, writer.raw, headers: headers)
    }
}

extension Response {
    /// Results of a job, streamed when they are many.
    ///
    /// - Parameters:
    ///   - head: What stands before them in the document.
    ///   - tail: And after them.
    static func json(_ results: KeptResults, before head: String = "", after tail: String = "") -> Response {
        if let whole = results.whole {
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(bytes: Array(head.utf8) + whole.json.bytes + Array(tail.utf8))))
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                if !head.isEmpty { try await writer.write(ByteBuffer(string: head)) }
                try await results.write { try await writer.write(ByteBuffer(bytes: $0)) }
                if !tail.isEmpty { try await writer.write(ByteBuffer(string: tail)) }
                try await writer.finish(nil)
            })
    }
}
