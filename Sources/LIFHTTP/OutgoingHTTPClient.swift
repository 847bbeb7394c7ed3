import AsyncHTTPClient
import LIFConcurrency
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix

/// The one HTTP client through which this process calls others; every answer is bounded in time and size.
///
/// - A request has its answer, or an `OutgoingHTTPError`, within its time-out: name look-up, connection, head and body.
/// - No redirect is followed: a 3xx is an answer like any other.
/// - `gzip` (`x-gzip`) and `deflate` are decompressed, and the limit counts decompressed bytes. Reading stops at the limit.
/// - An answer that is no success is its status: where its body cannot be read, it has none.
/// - Nothing is sent twice. A refused connection fails at once.
/// - Only `http` and `https` URLs without user information, to allowed hosts, are called. What is not a URL, header name
///   or header value by the RFCs is refused before a connection is made, so that nothing can be smuggled in.
/// - `configuration.proxies` says which calls go through a proxy. A proxy's own failure is an error, and no answer.
/// - Cancelling the task closes the connection of a request that is under way.
/// - A request never waits for another one's connection: how many there are at a time is for the callers to bound, who know
///   what they wait for.
///
/// Connections are pooled per host, so share one instance. It is HTTP/1.1 on the wire.
public final class OutgoingHTTPClient: Sendable {
    /// The limits that hold for every request of this client.
    public let configuration: OutgoingHTTPConfiguration
    private let routes: OutgoingRoutes

    /// A client with a connection pool of its own. Connections are made when requests are sent.
    public init(_ configuration: OutgoingHTTPConfiguration = OutgoingHTTPConfiguration()) {
        var pool = HTTPClient.Configuration.ConnectionPool(
            idleTimeout: TimeAmount(configuration.idleTimeout),
            concurrentHTTP1ConnectionsPerHostSoftLimit: .max)
        pool.retryConnectionEstablishment = false
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(configuration.connectTimeout)),
            connectionPool: pool,
            decompression: .enabled(limit: .size(configuration.maximumBodyBytes)))
        settings.httpVersion = .http1Only
        settings.http1_1ConnectionDebugInitializer = ContentEncodingHandler.add
        self.configuration = configuration
        routes = OutgoingRoutes(configuration.proxies, settings)
    }

    /// A client that was shut down already ignores this.
    deinit {
        for client in routes.clients { client.shutdown { _ in } }
    }

    /// Sends one request and reads its whole answer.
    ///
    /// - Returns: The answer, whatever its status.
    /// - Throws: `OutgoingHTTPError`; `cancelled` when the task is cancelled.
    public func send(_ request: OutgoingRequest) async throws(OutgoingHTTPError) -> OutgoingResponse {
        let prepared = try prepare(request)
        let limit = min(request.maximumBodyBytes ?? .max, configuration.maximumBodyBytes)
        let timeout = request.timeout
        // The library's own deadline ends with the head of the answer; this one covers the body too.
        let result: Result<OutgoingResponse, OutgoingHTTPError>?
        do {
            result = try await Deadline.run(within: timeout) {
                await Self.exchange(prepared, timeout: timeout, limit: limit)
            }
        } catch {
            throw OutgoingHTTPError(.cancelled)
        }
        guard let result else { throw OutgoingHTTPError(.timeout) }
        return try result.get()
    }

    /// Closes all connections. Requests under way fail, and so do later ones.
    ///
    /// - Throws: `OutgoingHTTPError` when it has been shut down before.
    public func shutdown() async throws(OutgoingHTTPError) {
        do {
            for client in routes.clients { try await client.shutdown() }
        } catch {
            throw OutgoingHTTPError(.cancelled, "The HTTP client has been shut down already.")
        }
    }

    /// Checks everything that a request states before anything is sent.
    func prepare(_ request: OutgoingRequest) throws(OutgoingHTTPError) -> PreparedCall {
        let url = try OutgoingURL(parsing: request.url)
        guard configuration.allows(url) else { throw OutgoingHTTPError(.hostNotAllowed) }
        let route = routes.route(to: url)
        var prepared = HTTPClientRequest(url: route.address(of: url))
        prepared.method = HTTPMethod(rawValue: request.method.rawValue)
        prepared.headers.add(name: "Host", value: url.hostHeader)
        for (name, value) in request.headers {
            try OutgoingHeader.check(name: name, value: value)
            prepared.headers.add(name: name, value: value)
        }
        if let body = request.body { prepared.body = .bytes(ByteBuffer(bytes: body)) }
        return PreparedCall(request: prepared, route: route)
    }

    private static func exchange(
        _ call: PreparedCall, timeout: Duration, limit: Int
    ) async -> Result<OutgoingResponse, OutgoingHTTPError> {
        do throws(OutgoingHTTPError) {
            let response = try await call.execute(timeout: timeout, limit: limit)
            let body = try await body(of: response, to: call.request.method, limit: limit)
            let headers = response.headers.map { (name: $0.name, value: $0.value) }
            return .success(OutgoingResponse(status: Int(response.status.code), headers: headers, body: body))
        } catch {
            return .failure(error)
        }
    }
}

extension TimeAmount {
    /// Negative durations are none, and very long ones a year.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let bounded = min(max(seconds, 0), 365 * 86_400)
        self = .nanoseconds(bounded * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000)
    }
}
