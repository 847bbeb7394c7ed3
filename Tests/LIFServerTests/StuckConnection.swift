import LIFTesting
import NIOCore
import NIOPosix

/// A connection whose client sends one request, and then reads no more than the first bytes of the answer.
struct StuckConnection {
    private let channel: any Channel
    private let answered: Tally

    static func open(port: Int, _ method: String, _ path: String) async throws -> StuckConnection {
        let answered = Tally()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FirstBytes(answered))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: TestServer.request(method, path)))
        channel.read()
        return StuckConnection(channel: channel, answered: answered)
    }

    func waitForAnswer() async throws {
        try await within("the first bytes of an answer") { [answered] in try await answered.wait(for: 1) }
    }

    /// Returns when the server has closed the connection.
    func closed() async throws {
        // Without reading, a close is not seen but by what is written.
        while channel.isActive {
            try? await channel.writeAndFlush(ByteBuffer(string: "\r\n"))
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// Tells when something has come.
private final class FirstBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answered: Tally

    init(_ answered: Tally) { self.answered = answered }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { answered.add() }
}
