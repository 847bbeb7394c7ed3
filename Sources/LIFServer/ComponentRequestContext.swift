import Hummingbird
import NIOCore
import ServiceLifecycle

/// A request's context, which knows the connection that the request came over.
struct ComponentRequestContext: RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel
    var remoteAddress: SocketAddress? { channel.remoteAddress }
    /// What the request's body has of the budget for all of them.
    var bodyRoom: BodyRoom?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Does the work, and cancels it when the client leaves. The connection can be used again afterwards.
    ///
    /// - Throws: What the work throws; `CancellationError` when the client left first.
    func whileClientStays<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let presence = await presence() else { return try await work() }
        return try await presence.whileHere(work)
    }

    /// Waits for something that goes on also when nobody waits for it.
    ///
    /// - Returns: `nil` when the wait was cut short, because the client left or the server is to stop.
    /// - Throws: What the wait throws, except for `CancellationError`.
    func wait<Value: Sendable>(for event: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        do {
            return try await whileClientStays { try await cancelWhenGracefulShutdown(event) }
        } catch is CancellationError {
            return nil
        }
    }

    /// Returns when the client has left, when the server is to stop, or when the task is cancelled.
    func untilOver() async {
        let presence = await presence()
        await cancelWhenGracefulShutdown {
            // A client without a connection never leaves.
            for await _ in presence?.departure() ?? AsyncStream(Never.self, { _ in }) {}
        }
    }

    /// Has `100 Continue` written, if the client waits for it. A connection that is gone is seen when the body is read.
    func continueReading() async { try? await channel.triggerUserOutboundEvent(ContinueReading()).get() }

    /// Closes the connection, whatever is still to be written.
    func disconnect() { channel.close(promise: nil) }

    /// `nil` where requests come over no connection of a server.
    private func presence() async -> ClientPresence? {
        try? await channel.eventLoop.submit { [channel] in
            try channel.pipeline.syncOperations.handler(type: ClientPresenceHandler.self).presence
        }.get()
    }
}
