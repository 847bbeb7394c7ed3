import NIOCore
import NIOHTTP1

/// Tells `Connections` when a connection waits and when it works, and closes it when its client is too slow: with the head of
/// a request, however often a byte of it comes, or with a body (`MinimumUploadRate`).
///
/// It stands between the wire and `ConnectionExchangeHandler`, so that it sees each answer that is written.
final class ConnectionWatchHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let connections: Connections
    private let headPatience: TimeAmount
    private let bodyGrace: Duration
    private var unanswered = 0
    private var isReceiving = false
    /// The client sends no body before it is asked to (`100 Continue`).
    private var isHeldBack = false
    private var rate = MinimumUploadRate()
    private var headDeadline: Scheduled<Void>?
    private var bodyDeadline: Scheduled<Void>?

    /// - Parameter idleTimeout: After which a connection on which nothing comes is closed. One on which a head has begun to
    ///   come by then has a little longer.
    init(_ connections: Connections, idleTimeout: TimeAmount) {
        self.connections = connections
        headPatience = idleTimeout + min(idleTimeout, ConnectionExchangeHandler.maximumPatience)
        bodyGrace = min(MinimumUploadRate.grace, Duration.nanoseconds(idleTimeout.nanoseconds))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.enter(context.channel)
        awaitHead(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        headDeadline?.cancel()
        bodyDeadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if isIdle {
                headDeadline?.cancel()
                connections.beginWork(context.channel)
            }
            unanswered += 1
            isReceiving = true
            isHeldBack = ConnectionExchange.isHeldBack(head)
            rate = MinimumUploadRate(grace: bodyGrace)
        case .body(let buffer):
            rate.receive(buffer.readableBytes, at: .now)
        case .end:
            isReceiving = false
            bodyDeadline?.cancel()
            bodyDeadline = nil
            restIfIdle(context)
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        awaitBody(context)
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        switch unwrapOutboundIn(data) {
        case .head(let head):
            guard head.status == .continue else { return }
            isHeldBack = false
            awaitBody(context)
        case .body:
            break
        case .end:
            unanswered = max(unanswered - 1, 0)
            restIfIdle(context)
        }
    }

    private var isIdle: Bool { unanswered == 0 && !isReceiving }

    private func restIfIdle(_ context: ChannelHandlerContext) {
        guard isIdle else { return }
        connections.endWork(context.channel)
        awaitHead(context)
    }

    private func awaitHead(_ context: ChannelHandlerContext) {
        headDeadline?.cancel()
        let channel = context.channel
        headDeadline = context.eventLoop.scheduleTask(in: headPatience) { channel.close(promise: nil) }
    }

    private func awaitBody(_ context: ChannelHandlerContext) {
        guard isReceiving, !isHeldBack else { return }
        rate.expectMore(at: .now)
        if bodyDeadline == nil { checkRate(context) }
    }

    /// Looks at the rate again when it can be too slow at the earliest.
    private func checkRate(_ context: ChannelHandlerContext) {
        bodyDeadline = nil
        guard isReceiving, let patience = rate.patience(at: .now) else { return }
        if patience <= .zero { return context.close(promise: nil) }
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        bodyDeadline = context.eventLoop.scheduleTask(in: TimeAmount(patience) + .milliseconds(1)) {
            let (handler, context) = loopBound.value
            handler.checkRate(context)
        }
    }
}
