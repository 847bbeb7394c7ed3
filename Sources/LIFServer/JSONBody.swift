import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import NIOCore

extension Request {
    /// The body as JSON.
    ///
    /// - Throws: `LIFError` with the code given when it cannot be read to its end, or is not JSON, with the position;
    ///   Hummingbird's 413 when it is too large; `CancellationError`.
    func json(upTo maximumBytes: Int, code: LIFError.Code) async throws -> JSONValue {
        let buffer = try await content(upTo: maximumBytes, code: code)
        do {
            return try JSONParser.parse(
                Array(buffer.readableBytesView), limits: JSONLimits(maximumBytes: maximumBytes, maximumDepth: 32))
        } catch {
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
    /// - Throws: As `json(upTo:code:)`.
    func content(upTo maximumBytes: Int, code: LIFError.Code) async throws -> ByteBuffer {
        try checkAnnouncedLength(upTo: maximumBytes)
        do {
            return try await body.collect(upTo: maximumBytes)
        } catch let error where error is CancellationError || error is any HTTPResponseError {
            throw error
        } catch {
            // What comes over the connection is no HTTP body, or its end never came.
            throw LIFError(code, "The request's body could not be read to its end.", cause: error)
        }
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
