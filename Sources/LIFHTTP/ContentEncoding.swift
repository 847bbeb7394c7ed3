import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// The names of the ways in which a body may be compressed (RFC 9110, section 8.4.1).
enum ContentEncoding {
    /// In lower case, without what means nothing; `x-gzip` is another name for `gzip`.
    static func names(_ headers: HTTPHeaders) -> [String] {
        headers[canonicalForm: "Content-Encoding"].map { $0.lowercased() }.filter { !["", "identity"].contains($0) }
            .map { $0 == "x-gzip" ? "gzip" : $0 }
    }

    /// Anything but `gzip` and `deflate` would reach the caller compressed.
    static func isReadable(_ headers: HTTPHeaders) -> Bool {
        let names = names(headers)
        return names.isEmpty || names == ["gzip"] || names == ["deflate"]
    }
}

/// Gives the decompressor, which comes after it, the name that it knows, and no name where the body is empty: the
/// decompressor would take no bytes at all for a compressed body that was cut.
///
/// A head that has a name waits for the first bytes of its body, or its end.
final class ContentEncodingHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private var waiting: HTTPResponseHead?

    /// Adds one to a connection before the first request.
    @Sendable static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let decompressor = try pipeline.handler(type: NIOHTTPResponseDecompressor.self)
            try pipeline.addHandler(ContentEncodingHandler(), position: .before(decompressor))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            guard head.headers.contains(name: "Content-Encoding") else { return context.fireChannelRead(data) }
            let names = ContentEncoding.names(head.headers)
            head.headers.remove(name: "Content-Encoding")
            if !names.isEmpty { head.headers.add(name: "Content-Encoding", value: names.joined(separator: ", ")) }
            waiting = head
        case .body(let bytes):
            if bytes.readableBytes > 0 { letHeadGo(context) }
            if waiting == nil { context.fireChannelRead(data) }
        case .end:
            waiting?.headers.remove(name: "Content-Encoding")
            letHeadGo(context)
            context.fireChannelRead(data)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The status is known even if the body is not.
        letHeadGo(context)
        context.fireErrorCaught(error)
    }

    private func letHeadGo(_ context: ChannelHandlerContext) {
        guard let head = waiting else { return }
        waiting = nil
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
