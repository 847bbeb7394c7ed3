import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// A way in which a partner misbehaves, for tests of those who ask it.
public enum PartnerFault: Sendable, Hashable {
    /// Takes the request and never answers.
    case hang
    /// Answers 200 with bytes that are no JSON.
    case garbage
    /// Answers 200 with this many bytes of JSON text, in pieces.
    case huge(bytes: Int)
    /// Answers 302 to another address.
    case redirect(to: String)
    /// Answers this HTTP status with an empty body.
    case status(Int)

    func response() async throws -> Response {
        switch self {
        case .hang:
            // Ends with the server; a client that went away is not waited for longer than an hour.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(3_600)) }
            return Response(status: .serviceUnavailable)
        case .garbage:
            return .json("<html>\u{0}{\"data\":".utf8)
        case .huge(let bytes):
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody { writer in
                    let piece = ByteBuffer(repeating: UInt8(ascii: " "), count: 64 << 10)
                    var left = bytes
                    while left > 0 {
                        try await writer.write(piece.getSlice(at: 0, length: min(left, piece.readableBytes)) ?? piece)
                        left -= piece.readableBytes
                    }
                    try await writer.finish(nil)
                })
        case .redirect(let address):
            return Response(status: .found, headers: [.location: address])
        case .status(let code):
            return Response(status: HTTPResponse.Status(code: code))
        }
    }
}
