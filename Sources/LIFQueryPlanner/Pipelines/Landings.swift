import Synchronization

/// Takes the elements of a stream together: whoever is slower than the stream gets all that has come meanwhile at once.
struct Landings<Element: Sendable>: Sendable {
    private let stream: AsyncStream<Element>

    init(_ stream: AsyncStream<Element>) { self.stream = stream }

    /// Calls the body with what has come, in order, until the stream ends.
    ///
    /// - Throws: What the body throws, and `CancellationError`; the stream is then ended.
    func forEach(_ body: ([Element]) async throws -> Void) async throws {
        let waiting = Waiting()
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await element in stream {
                    waiting.elements.withLock { $0.append(element) }
                    continuation.yield()
                }
                continuation.finish()
            }
            for await _ in signals {
                let elements = waiting.take()
                if !elements.isEmpty { try await body(elements) }
            }
            let rest = waiting.take()
            if !rest.isEmpty { try await body(rest) }
            try Task.checkCancellation()
        }
    }

    private final class Waiting: Sendable {
        let elements = Mutex<[Element]>([])

        func take() -> [Element] {
            elements.withLock { elements in
                defer { elements = [] }
                return elements
            }
        }
    }
}
