import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback whose answers a test gives when it likes, and which notices clients that leave.
final class StandInServer: Sendable {
    struct Request: Sendable {
        let path: String
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    /// A request and the connection that waits for its answer.
    final class Exchange: Sendable {
        let request: Request
        private let channel: any Channel
        private let isAnswered = Mutex(false)

        init(_ request: Request, _ channel: any Channel) {
            self.request = request
            self.channel = channel
        }

        /// The first answer counts.
        func answer(status: Int = 200, _ body: String = "", after delay: Duration = .zero) {
            let isFirst = isAnswered.withLock { isAnswered in
                defer { isAnswered = true }
                return !isAnswered
            }
            guard isFirst else { return }
            if delay == .zero { return write(status, body) }
            let milliseconds = Int64(delay / .milliseconds(1))
            channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { self.write(status, body) }
        }

        private func write(_ status: Int, _ body: String) {
            let headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Length": "\(body.utf8.count)"]
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        }

        fileprivate var isOpen: Bool { isAnswered.withLock { !$0 } }
    }

    /// A port where connections are refused until a server takes it.
    struct ReservedPort {
        let number: Int
        fileprivate let socket: Int32

        init() throws {
            socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let socket = socket
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
                }
            }
            guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
            number = Int(UInt16(bigEndian: address.sin_port))
        }
    }

    let port: Int
    private let channel: any Channel
    private let connections: Connections

    private final class Connections: Sendable {
        let open: Mutex<[ObjectIdentifier: any Channel]> = Mutex([:])
    }

    /// - Parameters:
    ///   - reserved: Where to listen; else at any free port.
    ///   - left: A client closed its connection before it was answered.
    static func start(
        at reserved: ReservedPort? = nil, left: @escaping @Sendable (Request) -> Void = { _ in },
        receive: @escaping @Sendable (Exchange) -> Void
    ) async throws -> StandInServer {
        let connections = Connections()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Its assistance for pipelining would not read a connection's end while an answer is owed.
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(Conversation(receive, left))
                    connections.open.withLock { $0[ObjectIdentifier(channel)] = channel }
                    channel.closeFuture.whenComplete { _ in
                        connections.open.withLock { $0[ObjectIdentifier(channel)] = nil }
                    }
                }
            }
        let channel =
            if let reserved {
                try await bootstrap.withBoundSocket(reserved.socket).get()
            } else {
                try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
        return StandInServer(channel, connections)
    }

    private init(_ channel: any Channel, _ connections: Connections) {
        self.channel = channel
        self.connections = connections
        port = channel.localAddress?.port ?? 0
    }

    /// Closes all connections too.
    func stop() async {
        try? await channel.close()
        for connection in connections.open.withLock({ Array($0.values) }) { try? await connection.close() }
    }
}

/// One connection.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let receive: @Sendable (StandInServer.Exchange) -> Void
    private let left: @Sendable (StandInServer.Request) -> Void
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var exchange: StandInServer.Exchange?

    init(
        _ receive: @escaping @Sendable (StandInServer.Exchange) -> Void,
        _ left: @escaping @Sendable (StandInServer.Request) -> Void
    ) {
        self.receive = receive
        self.left = left
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let buffer): body += buffer.readableBytesView
        case .end:
            guard let head else { return }
            let request = StandInServer.Request(path: head.uri, headers: head.headers, body: body)
            let exchange = StandInServer.Exchange(request, context.channel)
            self.exchange = exchange
            receive(exchange)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let exchange, exchange.isOpen { left(exchange.request) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
