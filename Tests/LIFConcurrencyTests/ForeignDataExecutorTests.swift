import Foundation
import LIFConcurrency
import Synchronization
import Testing

@Suite("Work whose size others decide", .timeLimit(.minutes(1)))
struct ForeignDataExecutorTests {
    /// Keeps a thread, as a large answer does.
    private static func hold(until isOver: Shared) { while !isOver.value.withLock({ $0 }) { usleep(1_000) } }

    private final class Shared: Sendable {
        let value = Mutex(false)
    }

    @Test("Everything else goes on, however many threads it would take")
    func others() async throws {
        let isOver = Shared()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    await ForeignDataExecutor.run {
                        // Child tasks are such work, too.
                        async let child: Void = Self.hold(until: isOver)
                        await child
                    }
                }
            }
            // On the pool that all tasks share this would never get a thread.
            for _ in 0..<100 { await Task { await Task.yield() }.value }
            isOver.value.withLock { $0 = true }
        }
    }

    @Test("What it throws and returns comes back, and a cancellation reaches it")
    func results() async throws {
        struct Failed: Error {}
        #expect(await ForeignDataExecutor.run { 7 } == 7)
        await #expect(throws: Failed.self) { try await ForeignDataExecutor.run { throw Failed() } }
        let task = Task { try await ForeignDataExecutor.run { try await Task.sleep(for: .seconds(600)) } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
