import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension OutgoingHTTPClient {
    /// Sends one request and hands its answer on as it comes, chunk by chunk: for answers without an end, such as
    /// server-sent events.
    ///
    /// - Parameters:
    ///   - request: Its time-out is for the head of the answer. There is no limit on the answer's bytes as a whole.
    ///   - head: Called once with the status, before the first chunk.
    ///   - chunk: Called with each piece of the body. Throwing ends the answer and closes the connection.
    /// - Throws: `OutgoingHTTPError`; `cancelled` when the task is cancelled; what `head` and `chunk` throw.
    public func stream(
        _ request: OutgoingRequest, head: (Int) async throws -> Void, chunk: ([UInt8]) async throws -> Void
    ) async throws {
        let response = try await open(request)
        try await head(Int(response.status.code))
        var body = response.body.makeAsyncIterator()
        while let bytes = try await next(&body) { try await chunk(bytes) }
    }

    /// The head of the answer, before its body.
    func open(_ request: OutgoingRequest) async throws(OutgoingHTTPError) -> HTTPClientResponse {
        try await prepare(request).execute(timeout: request.timeout, limit: configuration.maximumBodyBytes)
    }

    private func next(
        _ body: inout HTTPClientResponse.Body.AsyncIterator
    ) async throws(OutgoingHTTPError) -> [UInt8]? {
        do {
            let chunk = try await body.next()
            // A cancelled sequence may end as if it were complete.
            try Task.checkCancellation()
            return chunk.map { Array($0.readableBytesView) }
        } catch {
            throw OutgoingHTTPError(cause: error, limit: configuration.maximumBodyBytes)
        }
    }
}
