import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// The way that a call takes: straight to the host, or through a proxy.
struct OutgoingRoute: Sendable {
    let client: HTTPClient
    /// `nil` for a direct call.
    let proxy: OutgoingProxy?
    /// Whether the proxy reads the request and sends it on, as for `http` URLs. For `https` it only passes on bytes.
    let isForwarded: Bool

    /// What the library is to call, so that `url` is.
    func address(of url: OutgoingURL) -> String {
        guard isForwarded, let proxy else { return url.text }
        return "http://\(proxy.place)\(url.target)"
    }
}

/// The library's clients, one for each way. What the library does with a proxy is to have it open a tunnel, which common proxies
/// refuse for port 80; so `http` requests are sent to the proxy itself, with the whole URL as their target (RFC 9112,
/// section 3.2.2).
struct OutgoingRoutes: Sendable {
    private let direct: OutgoingRoute
    private let forwarded: OutgoingRoute?
    private let tunnelled: OutgoingRoute?
    private let proxies: OutgoingProxies

    init(_ proxies: OutgoingProxies, _ settings: HTTPClient.Configuration) {
        func client(_ settings: HTTPClient.Configuration) -> HTTPClient {
            HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: settings)
        }
        self.proxies = proxies
        direct = OutgoingRoute(client: client(settings), proxy: nil, isForwarded: false)
        forwarded = proxies.http.map { proxy in
            var settings = settings
            let initialize = settings.http1_1ConnectionDebugInitializer
            settings.http1_1ConnectionDebugInitializer = { channel in
                (initialize?(channel) ?? channel.eventLoop.makeSucceededVoidFuture()).flatMap {
                    ForwardedRequestHandler.add(to: channel, authorization: proxy.credentials.map { "Basic \($0)" })
                }
            }
            return OutgoingRoute(client: client(settings), proxy: proxy, isForwarded: true)
        }
        tunnelled = proxies.https.map { proxy in
            var settings = settings
            settings.proxy = .server(
                host: proxy.host, port: proxy.port, authorization: proxy.credentials.map { .basic(credentials: $0) })
            return OutgoingRoute(client: client(settings), proxy: proxy, isForwarded: false)
        }
    }

    func route(to url: OutgoingURL) -> OutgoingRoute {
        guard proxies.proxy(for: url) != nil else { return direct }
        return (url.scheme == "https" ? tunnelled : forwarded) ?? direct
    }

    var clients: [HTTPClient] { [direct, forwarded, tunnelled].compactMap { $0?.client } }
}

/// Gives a request to a proxy that forwards it the whole URL as its target, and the proxy's credential.
final class ForwardedRequestHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let authorization: String?

    private init(authorization: String?) { self.authorization = authorization }

    /// Adds one to a connection, where requests are still whole.
    static func add(to channel: any Channel, authorization: String?) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let other = try pipeline.handler(type: ContentEncodingHandler.self)
            try pipeline.addHandler(ForwardedRequestHandler(authorization: authorization), position: .before(other))
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        head.uri = "http://\(head.headers["Host"].first ?? "")\(head.uri)"
        if let authorization { head.headers.replaceOrAdd(name: "Proxy-Authorization", value: authorization) }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
