import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Runs a router on one port of this machine, says which port it became, and logs nothing short of a disaster.
final class LoopbackServer: Sendable {
    private enum State {
        case starting([CheckedContinuation<Int?, Never>])
        case bound(Int)
        case ended
    }

    private let responder: RouterResponder<BasicRequestContext>
    private let host: String
    private let wantedPort: Int
    private let state = Mutex(State.starting([]))

    init(host: String, port: Int, router: Router<BasicRequestContext>) {
        self.host = host
        wantedPort = port
        responder = router.buildResponder()
    }

    /// Serves until the task is cancelled or a graceful shutdown is asked for.
    func run() async throws {
        defer { move(to: .ended) }
        var logger = Logger(label: "lif.partner")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname(host, port: wantedPort)),
            onServerRunning: { [self] channel in
                if let port = channel.localAddress?.port { move(to: .bound(port)) }
            }, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: application)], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        let group = ServiceGroup(configuration: configuration)
        // A task of its own, so that cancellation does not reach it: a server that is cancelled while a connection
        // comes in trips a precondition of NIO's. Cancellation asks for a graceful shutdown instead.
        let running = Task { try await group.run() }
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await running.value
        } onCancelOrGracefulShutdown: {
            Task { await group.triggerGracefulShutdown() }
        }
    }

    /// The port, once it is bound; `nil` when the server ended instead.
    func port() async -> Int? {
        await withCheckedContinuation { continuation in
            let known: Int?? = state.withLock { state in
                switch state {
                case .starting(let waiting):
                    state = .starting(waiting + [continuation])
                    return .none
                case .bound(let port): return .some(port)
                case .ended: return .some(nil)
                }
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func move(to next: State) {
        let waiting: [CheckedContinuation<Int?, Never>] = state.withLock { state in
            defer { state = next }
            if case .starting(let waiting) = state { return waiting }
            return []
        }
        var port: Int?
        if case .bound(let bound) = next { port = bound }
        for continuation in waiting { continuation.resume(returning: port) }
    }
}

extension Response {
    static func json(_ bytes: some Sequence<UInt8>, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
