import Synchronization

/// Answers that take a thread of `ForeignDataExecutor` for so long that only some of them may do so at a time: one thread is
/// left for all else, and one more for the large answers of other sources.
package final class LargeAnswers: Sendable {
    /// The ones of this process.
    package static let shared = LargeAnswers(threads: ForeignDataExecutor.threads)

    /// Below it an answer is read in a few milliseconds.
    package static let size = 256 << 10

    private let places: WeightedSemaphore
    private let placesOfSource: Int
    /// Of the sources that have one in work, or waiting.
    private let sources: Mutex<[String: (room: WeightedSemaphore, users: Int)]> = Mutex([:])

    package init(threads: Int) {
        places = WeightedSemaphore(size: max(1, threads - 1), patience: nil)
        placesOfSource = max(1, threads - 2)
    }

    /// Reads an answer, once there is a place for one of its size.
    ///
    /// The work must not wait for anything but the processor.
    ///
    /// - Parameters:
    ///   - bytes: Of the answer.
    ///   - source: Whoever gave it, under any name of its own.
    /// - Throws: What the work throws; `CancellationError` when the task is cancelled while it waits.
    package func read<Value>(
        _ bytes: Int, of source: String, _ work: () async throws -> Value
    ) async throws -> Value {
        if bytes < Self.size { return try await work() }
        let room = enter(source)
        defer { leave(source) }
        // In this order: who waits for the source's own place keeps none from others.
        return try await room.inPlace { try await places.inPlace(work) }
    }

    private func enter(_ source: String) -> WeightedSemaphore {
        sources.withLock { sources in
            let room = sources[source]?.room ?? WeightedSemaphore(size: placesOfSource, patience: nil)
            sources[source] = (room, (sources[source]?.users ?? 0) + 1)
            return room
        }
    }

    private func leave(_ source: String) {
        sources.withLock { sources in
            guard let (room, users) = sources[source] else { return }
            sources[source] = users > 1 ? (room, users - 1) : nil
        }
    }
}
