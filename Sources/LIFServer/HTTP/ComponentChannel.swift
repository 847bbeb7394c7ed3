import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// Hummingbird's HTTP/1 connection, with the exchanges' rules between it and the wire.
struct ComponentChannel: ServerChildChannel {
    private let base: HTTP1Channel
    private let idleTimeout: TimeAmount
    private let connections: Connections

    init(
        idleTimeout: TimeAmount, connections: Connections, responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.connections = connections
        self.idleTimeout = idleTimeout
        base = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ClientPresenceHandler()], idleTimeout: idleTimeout))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { [idleTimeout, connections] value in
            let pipeline = channel.pipeline.syncOperations
            // What comes after it no longer knows a request's version.
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let compressor = HTTPResponseCompressor { Compression.intent(&$0, isSupported: $1) }
            try pipeline.addHandler(CompressionGuardHandler(compressor), position: .after(decoder))
            try pipeline.addHandler(compressor, position: .after(decoder))
            try pipeline.addHandler(
                ConnectionExchangeHandler(idleTimeout: idleTimeout), position: .after(decoder))
            try pipeline.addHandler(
                ConnectionWatchHandler(connections, idleTimeout: idleTimeout), position: .after(decoder))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
