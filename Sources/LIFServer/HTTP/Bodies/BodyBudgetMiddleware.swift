import Hummingbird
import LIFConcurrency
import LIFModel
import NIOCore
import Synchronization

/// Bounds the memory of all bodies together (`ListenerConfiguration.bodyBudget`): what there is no room for is not read before
/// another body has been parsed. Room is taken as bytes arrive, whatever length is announced: a slow client holds little.
struct BodyBudgetMiddleware: RouterMiddleware {
    typealias Context = ComponentRequestContext

    private let budget: WeightedSemaphore

    init(maximumBytes: Int) { budget = WeightedSemaphore(size: maximumBytes) }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // An import is worked on piece by piece, and never held as a whole.
        if context.endpointPath == IdentityMapperRoutes.importPath { return try await next(request, context) }
        let room = BodyRoom(of: budget, announced: request.headers[.contentLength].flatMap { Int($0) })
        defer { room.close() }
        var (request, context) = (request, context)
        request.body = RequestBody(asyncSequence: CountedBody(body: request.body, room: room))
        context.bodyRoom = room
        return try await next(request, context)
    }
}

/// What the body of one request has of the budget.
final class BodyRoom: Sendable {
    /// Taken at a time.
    private static let step = 16 << 10
    private static let patience = Duration.seconds(10)

    private let budget: WeightedSemaphore
    private let first: Int
    private let state = Mutex((received: 0, taken: 0))

    fileprivate init(of budget: WeightedSemaphore, announced: Int?) {
        self.budget = budget
        first = min(announced ?? Self.step, Self.step)
    }

    /// Gives it back, when the body is held no more.
    func close() { budget.give(of: self) }

    /// Before the first byte is read, so that what waits is with the client.
    fileprivate func begin() async throws { try await take(first) }

    fileprivate func receive(_ count: Int) async throws {
        let missing = state.withLock { state in
            state.received += count
            return state.received - state.taken
        }
        if missing > 0 { try await take(max(missing, Self.step)) }
    }

    private func take(_ amount: Int) async throws {
        guard amount > 0 else { return }
        guard try await budget.take(amount, for: self, within: Self.patience) else {
            throw LIFError(
                .overloaded, "Too many request bodies are being processed (body_budget). Try again later.", blame: .us,
                isRetryable: true)
        }
        state.withLock { $0.taken += amount }
    }
}

/// A body that is counted as it is read.
private struct CountedBody: AsyncSequence, Sendable {
    let body: RequestBody
    let room: BodyRoom

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator
        let room: BodyRoom
        var hasBegun = false

        mutating func next() async throws -> ByteBuffer? {
            if !hasBegun {
                hasBegun = true
                try await room.begin()
            }
            guard let buffer = try await body.next() else { return nil }
            try await room.receive(buffer.readableBytes)
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body.makeAsyncIterator(), room: room) }
}
