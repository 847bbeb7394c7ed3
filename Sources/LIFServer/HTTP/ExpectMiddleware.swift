import Hummingbird
import NIOCore

/// Asks a client that waits for it to send its body (`Expect: 100-continue`; RFC 9110, 10.1.1), when a route begins to read.
/// A request that is refused for its head alone gets its answer instead.
struct ExpectMiddleware: RouterMiddleware {
    typealias Context = ComponentRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.headers[.expect] != nil else { return try await next(request, context) }
        var request = request
        request.body = RequestBody(
            asyncSequence: AwaitedBody(body: request.body) { await context.continueReading() })
        return try await next(request, context)
    }
}

/// A body that is asked for with its first read.
private struct AwaitedBody: AsyncSequence, Sendable {
    let body: RequestBody
    let ask: @Sendable () async -> Void

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator
        let ask: @Sendable () async -> Void
        var hasAsked = false

        mutating func next() async throws -> ByteBuffer? {
            if !hasAsked {
                hasAsked = true
                await ask()
            }
            return try await body.next()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body.makeAsyncIterator(), ask: ask) }
}
