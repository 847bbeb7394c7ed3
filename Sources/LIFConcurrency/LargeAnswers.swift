/// Answers that take a thread of `ForeignDataExecutor` for so long that only some of them may do so at a time: one thread is
/// left for all else, and one more for the large answers of other sources.
package final class LargeAnswers: Sendable {
    /// The ones of this process.
    package static let shared = LargeAnswers(threads: ForeignDataExecutor.threads)

    /// Below it an answer is read in a few milliseconds.
    package static let size = 256 << 10

    private let places: TaskSemaphore<PlaceLedger>
    private let sources: KeyedSemaphore<String>

    /// - Parameter threads: Those that read answers.
    package init(threads: Int) {
        places = TaskSemaphore(places: threads - 1)
        sources = KeyedSemaphore(placesPerKey: threads - 2)
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
        // In this order: who waits for the source's own place keeps none from others.
        return try await sources.inPlace(of: source) { try await places.inPlace(work) }
    }
}
