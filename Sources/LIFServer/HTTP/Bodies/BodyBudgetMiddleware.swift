import Hummingbird
import LIFModel
import NIOCore
import Synchronization

/// Bounds the memory of all bodies together (`ListenerConfiguration.bodyBudget`): a body that there is no room for is not read
/// before another request has ended. The room of a body of known length is taken at once, and given back with the answer.
struct BodyBudgetMiddleware: RouterMiddleware {
    typealias Context = ComponentRequestContext

    /// Of bodies without a length, taken at a time.
    private static let step = 64 << 10

    private let room: SharedRoom

    init(maximumBytes: Int) { room = SharedRoom(size: maximumBytes) }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // An import is worked on piece by piece, and never held as a whole.
        if context.endpointPath == IdentityMapperRoutes.importPath { return try await next(request, context) }
        let account = Account(room: room, announced: request.headers[.contentLength].flatMap { Int($0) } ?? 0)
        defer { account.close() }
        var request = request
        request.body = RequestBody(asyncSequence: CountedBody(body: request.body, account: account))
        return try await next(request, context)
    }

    /// What one request has taken.
    final class Account: Sendable {
        private let room: SharedRoom
        private let announced: Int
        private let state = Mutex((received: 0, taken: 0))

        init(room: SharedRoom, announced: Int) {
            self.room = room
            self.announced = announced
        }

        /// Before the first byte is read, so that what waits is with the client.
        func begin() async throws { try await hold(min(announced, IdentityMapperRoutes.maximumImportBytes)) }

        func receive(_ count: Int) async throws {
            let received = state.withLock { state in
                state.received += count
                return state.received
            }
            try await hold(received)
        }

        func close() { room.give(state.withLock { $0.taken }) }

        private func hold(_ bytes: Int) async throws {
            let taken = state.withLock { $0.taken }
            guard bytes > taken else { return }
            let more = announced > 0 ? bytes - taken : max(bytes - taken, BodyBudgetMiddleware.step)
            try await room.take(more, holding: taken)
            state.withLock { $0.taken += more }
        }
    }
}

/// A body that is counted as it is read.
private struct CountedBody: AsyncSequence, Sendable {
    let body: RequestBody
    let account: BodyBudgetMiddleware.Account

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator
        let account: BodyBudgetMiddleware.Account
        var hasBegun = false

        mutating func next() async throws -> ByteBuffer? {
            if !hasBegun {
                hasBegun = true
                try await account.begin()
            }
            guard let buffer = try await body.next() else { return nil }
            try await account.receive(buffer.readableBytes)
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body.makeAsyncIterator(), account: account) }
}
