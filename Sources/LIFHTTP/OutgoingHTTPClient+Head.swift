import AsyncHTTPClient
import LIFConcurrency
import NIOCore
import NIOHTTP1

extension OutgoingHTTPClient {
    /// What is read of a body that nobody wants: a short one leaves its connection to the next request.
    private static let drainedBytes = 16 << 10
    private static let drainTime = Duration.milliseconds(200)

    /// Sends one request whose answer is its head: the body is no part of it, however it ends.
    ///
    /// - Parameter request: Its time-out is for the head.
    /// - Returns: The answer, whatever its status, with an empty body.
    /// - Throws: `OutgoingHTTPError`; `cancelled` when the task is cancelled before the head is there.
    public func sendForHead(_ request: OutgoingRequest) async throws(OutgoingHTTPError) -> OutgoingResponse {
        let response = try await open(request)
        await Self.drain(response.body)
        return OutgoingResponse(
            status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) },
            body: [])
    }

    /// Where it is longer or slower, leaving the loop closes the connection.
    private static func drain(_ body: HTTPClientResponse.Body) async {
        // However it ends: also broken off.
        _ = try? await Deadline.run(within: drainTime) {
            var count = 0
            for try await chunk in body {
                count += chunk.readableBytes
                if count > drainedBytes { break }
            }
        }
    }
}
