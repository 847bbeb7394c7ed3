import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension OutgoingHTTPClient {
    /// The whole body of an answer, decompressed.
    ///
    /// The status decides before the body does: an answer that is no success says what it has to say without its body,
    /// so a body that is too large, cut short, damaged, or compressed in a foreign way is then taken for an empty one.
    ///
    /// - Throws: `OutgoingHTTPError`.
    static func body(
        of response: HTTPClientResponse, to method: HTTPMethod, limit: Int
    ) async throws(OutgoingHTTPError) -> [UInt8] {
        do throws(OutgoingHTTPError) {
            return try await wholeBody(of: response, to: method, limit: limit)
        } catch {
            if (200..<300).contains(response.status.code) { throw error }
            switch error.kind {
            case .tooLarge, .protocolError, .unreachable: return []
            default: throw error
            }
        }
    }

    private static func wholeBody(
        of response: HTTPClientResponse, to method: HTTPMethod, limit: Int
    ) async throws(OutgoingHTTPError) -> [UInt8] {
        guard ContentEncoding.isReadable(response.headers) else {
            throw OutgoingHTTPError(.protocolError, "The answer is compressed in a way that was not asked for.")
        }
        var body: [UInt8] = []
        if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), method != .HEAD {
            if length > limit { throw OutgoingHTTPError(.tooLarge(limit: limit)) }
            body.reserveCapacity(max(0, length))
        }
        do {
            // Leaving the loop early ends the sequence, and that closes the connection.
            for try await chunk in response.body {
                if chunk.readableBytes > limit - body.count { throw OutgoingHTTPError(.tooLarge(limit: limit)) }
                body.append(contentsOf: chunk.readableBytesView)
            }
            // A cancelled sequence may end as if it were complete.
            try Task.checkCancellation()
            return body
        } catch let error as OutgoingHTTPError {
            throw error
        } catch {
            throw OutgoingHTTPError(cause: error, limit: limit)
        }
    }
}
