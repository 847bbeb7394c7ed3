import LIFConcurrency
import LIFModel

/// Wakes who waits for a promised query, whichever process works on it.
final class RequestWatch: Sendable {
    private let pulse = Pulse()
    private let listening: [Task<Void, Never>]

    /// - Parameters:
    ///   - news: Of this process.
    ///   - changes: Of others on the same store.
    init(news: AsyncStream<Void>, changes: AsyncStream<Void>) {
        // Bare tasks: they end with the watch.
        listening = [news, changes].map { [pulse] events in
            Task { for await _ in events { pulse.beat() } }
        }
    }

    deinit {
        for task in listening { task.cancel() }
    }

    /// Returns when something may have happened since the last call, when the time is up, or when the task is cancelled.
    func wait(until end: ContinuousClock.Instant? = nil) async {
        guard let end else { return await pulse.wait() }
        await pulse.wait(atMost: end - .now)
    }
}
