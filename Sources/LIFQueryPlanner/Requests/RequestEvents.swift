import LIFConcurrency
import LIFModel

/// What becomes of an asynchronous query, part by part, from a position on, and its end. It reads only what the listener takes, so
/// that a slow one costs no memory.
public final actor RequestEvents {
    /// One event of a query: a part that has landed, or the end.
    public enum Event: Sendable {
        /// A part has landed; each comes once, in the order of landing, with its data.
        case part(PositionedPart)
        /// The last one: the request has ended, or its answer is not kept any more.
        case end(RequestStatus)
    }

    private static let readAhead = 64
    private static let readAheadBytes = 1 << 20

    private let id: RandomID
    private let cache: ProcessedRequestCache
    private let watch: Pulse
    private var position: Int
    private var read: ArraySlice<PositionedPart> = []
    private var isOver = false

    init(of id: RandomID, after position: Int, cache: ProcessedRequestCache) {
        self.id = id
        self.position = position
        self.cache = cache
        watch = cache.watch(id)
    }

    /// The next part or the end; waits until there is one.
    ///
    /// - Returns: `nil` after the end, and when the task is cancelled.
    /// - Throws: `LIFError` `CorrelationIDNotFound`, `OutputReadException`.
    public func next() async throws -> Event? {
        while !Task.isCancelled, !isOver {
            if let part = read.popFirst() { return .part(part) }
            // The end is asked for first: what lands until then is read after it.
            let status = try await cache.status(of: id)
            read = try await cache.store.parts(
                of: id, after: position, limit: Self.readAhead, maximumBytes: Self.readAheadBytes)[...]
            if let last = read.last {
                position = last.position
            } else if status.state != .pending {
                isOver = true
                return .end(status)
            } else {
                await watch.wait()
            }
        }
        return nil
    }
}
