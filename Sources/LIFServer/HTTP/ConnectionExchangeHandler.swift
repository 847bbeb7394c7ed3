import NIOCore
import NIOHTTP1

/// Asks a connection's handler to write `100 Continue`, if the client waits for it.
struct ContinueReading: Sendable {}

/// Carries out `ConnectionExchange` on a connection.
final class ConnectionExchangeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long the rest of a body may take that nobody wants any more.
    static let maximumPatience = TimeAmount.seconds(10)

    private let patience: TimeAmount
    private var exchange = ConnectionExchange()
    private var cut: Scheduled<Void>?

    /// - Parameter idleTimeout: After which a connection on which nothing comes is closed.
    init(idleTimeout: TimeAmount) { patience = min(idleTimeout, Self.maximumPatience) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            exchange.receive(&head)
            return context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body:
            break
        case .end:
            exchange.receiveEnd()
            cut?.cancel()
            cut = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            exchange.answer(&head)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            switch exchange.answerEnd() {
            case .goOn:
                break
            case .awaitRest:
                closeLater(context)
            case .stopWriting:
                context.flush()
                context.close(mode: .output, promise: nil)
                closeLater(context)
            }
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is ContinueReading else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        if exchange.mayContinue() {
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: promise)
        } else {
            promise?.succeed()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cut?.cancel()
        cut = nil
    }

    private func closeLater(_ context: ChannelHandlerContext) {
        cut?.cancel()
        let channel = context.channel
        cut = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }
}
