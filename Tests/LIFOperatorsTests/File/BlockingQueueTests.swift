import Dispatch
import Synchronization
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct BlockingQueueTests {
    private struct Broken: Error {}

    @Test("Work gives its value or its error")
    func results() async throws {
        let queue = BlockingQueue(label: "test", isSerial: false)
        #expect(try await queue.run { _ in 7 } == 7)
        await #expect(throws: Broken.self) { try await queue.run { _ in throw Broken() } }
    }

    @Test("A caller that is cancelled leaves while the work still blocks, and the work is notified")
    func cancelled() async throws {
        let queue = BlockingQueue(label: "test", isSerial: true)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (told, tell) = AsyncStream.makeStream(of: Bool.self)
        let gate = DispatchSemaphore(value: 0)
        let run = Task {
            try await queue.run { checkCancellation in
                start.finish()
                gate.wait()
                do {
                    try checkCancellation()
                    tell.yield(false)
                } catch {
                    tell.yield(true)
                }
                tell.finish()
            }
        }
        for await _ in started {}
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        gate.signal()
        var wasTold = false
        for await value in told { wasTold = value }
        #expect(wasTold)
    }

    @Test("Work whose caller has left before its turn is not done")
    func skipped() async throws {
        let queue = BlockingQueue(label: "test", isSerial: true)
        let gate = DispatchSemaphore(value: 0)
        let hasRun = Mutex(false)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await queue.run { _ in
                start.finish()
                gate.wait()
            }
        }
        for await _ in started {}
        let second = Task { try await queue.run { _ in hasRun.withLock { $0 = true } } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        gate.signal()
        try await first.value
        try await queue.run { _ in }
        #expect(hasRun.withLock { $0 } == false)
    }
}
