import LIFHTTP

/// One request to a neighbour, with what all of them have in common: a base URL, a bearer token, JSON.
struct NeighbourHTTP: Sendable {
    let client: OutgoingHTTPClient
    /// With or without a slash at its end.
    let baseURL: String
    let token: String?
    let timeout: Duration
    let maximumAnswerBytes: Int
    /// Sent as `X-API-Tenant-Schema` to services that keep several tenants apart.
    var tenantSchema: String?

    /// - Parameters:
    ///   - path: Appended to the base URL; without a slash at its start.
    ///   - failure: Makes the caller's error of what kept an answer from coming.
    /// - Returns: The answer, whatever its status.
    /// - Throws: What `failure` gives; `CancellationError` when the task is cancelled.
    func send(
        _ method: OutgoingRequest.Method, _ path: String, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil, failure: (OutgoingHTTPError) -> any Error
    ) async throws -> OutgoingResponse {
        var headers = headers + [(name: "Accept", value: "application/json")]
        if body != nil { headers.append(("Content-Type", "application/json")) }
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        if let tenantSchema { headers.append(("X-API-Tenant-Schema", tenantSchema)) }
        let base = baseURL.hasSuffix("/") ? baseURL : baseURL + "/"
        let request = OutgoingRequest(
            method, url: base + path, headers: headers, body: body, timeout: timeout,
            maximumBodyBytes: maximumAnswerBytes)
        do throws(OutgoingHTTPError) {
            return try await client.send(request)
        } catch {
            try Task.checkCancellation()
            throw failure(error)
        }
    }
}
