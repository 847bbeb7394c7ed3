import NIOCore
import NIOPosix
import Synchronization

/// A TCP server on a free port of loopback that follows a script, byte for byte, so that it can do what no HTTP server
/// would.
final class RawServer: Sendable {
    /// What happens once the head of a request has come in.
    enum Script: Sendable {
        /// Writes the bytes and keeps the connection.
        case answer([UInt8])
        /// Writes the bytes and closes.
        case answerAndClose([UInt8])
        /// Writes the head, then the chunk again and again as fast as the client reads, at most so many times.
        case stream(head: [UInt8], chunk: [UInt8], count: Int)
        /// Writes the head, then the chunk every ten milliseconds, for ever.
        case drip(head: [UInt8], chunk: [UInt8])
        /// Writes the bytes as soon as anything comes in, and closes.
        case greetAndClose([UInt8])
        /// Says nothing.
        case hang
    }

    enum Event: Sendable, Hashable {
        case connected
        case request
        /// The last chunk of a stream has been written.
        case streamed
        case closed
    }

    struct State {
        var connections = 0
        var requests: [String] = []
        var bytesWritten = 0
    }

    let port: Int
    /// What happened, in order; for one reader.
    let events: AsyncStream<Event>
    private let log: Log

    private init(port: Int, events: AsyncStream<Event>, log: Log) {
        self.port = port
        self.events = events
        self.log = log
    }

    var connections: Int { log.state.withLock { $0.connections } }
    var requests: [String] { log.state.withLock { $0.requests } }
    var bytesWritten: Int { log.state.withLock { $0.bytesWritten } }
    var url: String { "http://127.0.0.1:\(port)" }

    /// Waits for the next event of the kind. The suite's time limit bounds it.
    func next(_ wanted: Event) async {
        for await event in events where event == wanted { return }
    }

    /// Runs a server for the length of the body.
    static func with<Value>(_ script: Script, _ body: (RawServer) async throws -> Value) async throws -> Value {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let log = Log(continuation: continuation)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(script, log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = RawServer(port: channel.localAddress?.port ?? 0, events: events, log: log)
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// A port of loopback that nobody listens on: that of a service (tcpmux, RFC 1078) that is out of use. One that was
    /// free a moment ago may be another test's by now.
    static let refusedPort = 1
}

extension RawServer {
    final class Log: Sendable {
        let state = Mutex(State())
        private let continuation: AsyncStream<Event>.Continuation

        init(continuation: AsyncStream<Event>.Continuation) { self.continuation = continuation }

        func record(_ event: Event, _ change: (inout State) -> Void = { _ in }) {
            state.withLock { change(&$0) }
            continuation.yield(event)
        }
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: RawServer.Script
    private let log: RawServer.Log
    private var received = ""
    private var chunksLeft = 0
    private var drip: RepeatedTask?

    init(_ script: RawServer.Script, _ log: RawServer.Log) {
        self.script = script
        self.log = log
    }

    func channelActive(context: ChannelHandlerContext) {
        log.record(.connected) { $0.connections += 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        if case .greetAndClose = script { return run(context) }
        // Requests of these tests that have a body end it with "end-of-body".
        guard received.contains("\r\n\r\n"),
            !received.lowercased().contains("content-length: ") || received.hasSuffix("end-of-body")
        else { return }
        let request = received
        received = ""
        log.record(.request) { $0.requests.append(request) }
        run(context)
    }

    private func run(_ context: ChannelHandlerContext) {
        switch script {
        case .answer(let bytes):
            write(bytes, context)
        case .answerAndClose(let bytes), .greetAndClose(let bytes):
            write(bytes, context)
            context.close(promise: nil)
        case .stream(let head, _, let count):
            write(head, context)
            chunksLeft = count
            channelWritabilityChanged(context: context)
        case .drip(let head, let chunk):
            write(head, context)
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            drip = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(10)) { _ in
                bound.value.0.write(chunk, bound.value.1)
            }
        case .hang:
            break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard case .stream(_, let chunk, _) = script else { return }
        while context.channel.isWritable, context.channel.isActive, chunksLeft > 0 {
            chunksLeft -= 1
            write(chunk, context)
            if chunksLeft == 0 { log.record(.streamed) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        drip?.cancel()
        chunksLeft = 0
        log.record(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        log.state.withLock { $0.bytesWritten += bytes.count }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
