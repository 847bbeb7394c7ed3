import LIFConcurrency
import NIOCore

/// Whether the client at the other end of a connection is still there.
///
/// Hummingbird 2.28's own way to notice (`consumeWithCancellationOnInboundClose`) is of no use after a body was read: it
/// takes the connection's stream of requests away, so the connection is closed after the answer without a word to the
/// client, and it can stop the process ("Deinited NIOAsyncSequenceProducer.Source without calling source.finish()").
final class ClientPresence: Sendable {
    private let departures = Broadcast<Everyone, Never>(.every)

    func leave() { departures.finish() }

    /// Does the work, and cancels it when the client leaves.
    ///
    /// - Throws: What the work throws; `CancellationError` when the client left first.
    func whileHere<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let departure = departure()
        let value = try await Deadline.run(before: { for await _ in departure {} }, work)
        guard let value else { throw CancellationError() }
        return value
    }

    /// Ends when the client leaves.
    func departure() -> AsyncStream<Never> { departures.listen() }
}

/// Notices on a connection that its client has closed it.
final class ClientPresenceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    let presence = ClientPresence()

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that closes is seen as one that will send no more. Who closes only that half and still wants the answer
        // is not served; no HTTP library does that.
        if case .inputClosed? = event as? ChannelEvent { presence.leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence.leave()
        context.fireChannelInactive()
    }
}
