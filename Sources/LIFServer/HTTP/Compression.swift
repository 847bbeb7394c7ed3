import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// Which answers are compressed, for clients that ask for it: results of jobs and of queries that are long enough.
enum Compression {
    /// Of an answer whose length is known; below it compressing costs more time than it saves.
    static let minimumBytes = 16 << 10

    /// Whether a client takes gzip, and not rather something else that it names (RFC 9110, 12.5.3).
    static func isWanted(_ acceptEncoding: [String]) -> Bool {
        var qualities: [String: Double] = [:]
        for text in acceptEncoding.flatMap({ $0.split(separator: ",") }) {
            let parts = text.lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let coding = parts.first else { continue }
            let written = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            qualities[coding] = min(max(written ?? 1, 0), 1)
        }
        guard let gzip = qualities["gzip"] ?? qualities["x-gzip"] ?? qualities["*"] else { return false }
        return gzip > 0 && gzip >= qualities["identity"] ?? 0
    }

    /// What `HTTPResponseCompressor` asks of each answer. One that may be compressed says so with `Vary`.
    static func intent(
        _ head: inout HTTPResponseHead, isSupported: Bool
    ) -> HTTPResponseCompressor.CompressionIntent {
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? .max
        let varies = head.headers[canonicalForm: "Vary"].contains { $0.lowercased() == "accept-encoding" }
        guard isSupported, varies, head.status == .ok, length >= minimumBytes else { return .doNotCompress }
        // The compressor knows the length only of what it is given as a whole.
        head.headers.remove(name: "Content-Length")
        head.headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        // The compressed answer has other bytes, so a strong tag would not hold for both (RFC 9110, 8.8.3).
        if let tag = head.headers.first(name: "ETag"), !tag.hasPrefix("W/") {
            head.headers.replaceOrAdd(name: "ETag", value: "W/" + tag)
        }
        return .compressIfPossible
    }
}

/// Marks the answers that may be compressed.
struct CompressionMiddleware: RouterMiddleware {
    typealias Context = ComponentRequestContext

    private static let routes: Set<String> = [
        "/query", "/query_async", "/query/{id}", "/jobs", "/jobs/{job_id}/result", "/orchestrator/post_job",
        "/orchestrator/get_job_result/{job_id}",
    ]

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.status == .ok, let path = context.endpointPath, Self.routes.contains(path) {
            response.headers[values: .vary].append("Accept-Encoding")
        }
        return response
    }
}

/// Keeps answers to no request from the compressor, which counts requests and answers, and ends the process when there are
/// more of the latter: what cannot be read as a request is answered, too.
final class CompressionGuardHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let compressor: HTTPResponseCompressor
    private var unanswered = 0
    private var isPassingBy = false

    init(_ compressor: HTTPResponseCompressor) { self.compressor = compressor }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { unanswered += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        if case .head = part {
            isPassingBy = unanswered == 0
            unanswered = max(unanswered - 1, 0)
        }
        if isPassingBy, let past = try? context.pipeline.syncOperations.context(handler: compressor) {
            past.write(data, promise: promise)
        } else {
            context.write(data, promise: promise)
        }
    }
}
