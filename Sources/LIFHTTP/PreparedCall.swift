import AsyncHTTPClient
import NIOCore

/// A request that was checked, and the way that it takes.
struct PreparedCall: Sendable {
    let request: HTTPClientRequest
    let route: OutgoingRoute

    /// - Returns: The head of the host's answer, and its body to be read.
    func execute(timeout: Duration, limit: Int) async throws(OutgoingHTTPError) -> HTTPClientResponse {
        // The library may have sent the request before it looks whether the task is cancelled.
        if Task.isCancelled { throw OutgoingHTTPError(.cancelled) }
        let response: HTTPClientResponse
        do {
            response = try await route.client.execute(request, timeout: TimeAmount(timeout))
        } catch {
            throw OutgoingHTTPError(cause: error, limit: limit, proxy: route.proxy)
        }
        if route.isForwarded, let failure = route.proxy?.failure(response) { throw failure }
        return response
    }
}
