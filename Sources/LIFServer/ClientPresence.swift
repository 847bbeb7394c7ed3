import NIOCore
import Synchronization

/// Whether the client at the other end of a connection is still there.
///
/// Hummingbird 2.28's own way to notice (`consumeWithCancellationOnInboundClose`) is of no use after a body was read: it
/// takes the connection's stream of requests away, so the connection is closed after the answer without a word to the
/// client, and it can stop the process ("Deinited NIOAsyncSequenceProducer.Source without calling source.finish()").
final class ClientPresence: Sendable {
    private struct State {
        var hasLeft = false
        var nextID = 0
        var watchers: [Int: AsyncStream<Never>.Continuation] = [:]
    }

    private let state = Mutex(State())

    func leave() {
        let watchers = state.withLock { state in
            state.hasLeft = true
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }

    /// Does the work, and cancels it when the client leaves.
    ///
    /// - Throws: What the work throws; `CancellationError` when the client left first.
    func whileHere<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let departure = departure()
        return try await withThrowingTaskGroup(of: Value.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask {
                for await _ in departure {}
                throw CancellationError()
            }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Ends when the client leaves.
    func departure() -> AsyncStream<Never> {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let id: Int? = state.withLock { state in
            if state.hasLeft { return nil }
            state.nextID += 1
            state.watchers[state.nextID] = continuation
            return state.nextID
        }
        if let id {
            continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.watchers[id] = nil } }
        } else {
            continuation.finish()
        }
        return stream
    }
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
