import NIOCore
import NIOPosix
import Synchronization

/// A proxy on a free port of loopback that opens tunnels (CONNECT), whatever host is asked for, to one port of this machine.
final class TunnelProxy: Sendable {
    let port: Int
    private let heads: Heads

    private final class Heads: Sendable {
        let values: Mutex<[String]> = Mutex([])
    }

    private init(port: Int, heads: Heads) {
        self.port = port
        self.heads = heads
    }

    /// The head of each request that came, as it stood.
    var requests: [String] { heads.values.withLock { $0 } }

    /// Runs a proxy for the length of the body.
    ///
    /// - Parameter target: The port that every tunnel leads to.
    static func with<Value>(to target: Int, _ body: (TunnelProxy) async throws -> Value) async throws -> Value {
        let heads = Heads()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectHandler(target) { head in heads.values.withLock { $0.append(head) } })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = TunnelProxy(port: channel.localAddress?.port ?? 0, heads: heads)
        do {
            let value = try await body(proxy)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

/// Reads the request for a tunnel, and passes on bytes from then on.
private final class ConnectHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let target: Int
    private let record: @Sendable (String) -> Void
    private var head = ""
    private var host: (any Channel)?

    init(_ target: Int, _ record: @escaping @Sendable (String) -> Void) {
        self.target = target
        self.record = record
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let host { return host.writeAndFlush(bytes, promise: nil) }
        head += String(buffer: bytes)
        guard head.hasSuffix("\r\n\r\n") else { return }
        record(head)
        let client = context.channel
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { $0.pipeline.addHandler(PassOnHandler(to: client)) }
            .connect(host: "127.0.0.1", port: target)
            .hop(to: context.eventLoop)
            .whenSuccess { host in
                bound.value.host = host
                client.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n"), promise: nil)
            }
    }

    func channelInactive(context: ChannelHandlerContext) { host?.close(promise: nil) }
}

/// Passes what comes from the host on to the client.
private final class PassOnHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let client: any Channel

    init(to client: any Channel) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
}
