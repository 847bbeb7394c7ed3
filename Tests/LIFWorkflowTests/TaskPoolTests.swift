import LIFTesting
import Synchronization
import Testing

@testable import LIFEmbeddedEngine

@Suite(.timeLimit(.minutes(1))) struct TaskPoolTests {
    private struct Broken: Error {}

    /// Who is inside, and in which order they came.
    private final class Inside: Sendable {
        private let state = Mutex<(order: [Int], now: Int, most: Int)>(([], 0, 0))

        var order: [Int] { state.withLock { $0.order } }
        var now: Int { state.withLock { $0.now } }
        var most: Int { state.withLock { $0.most } }

        func enter(_ number: Int) {
            state.withLock { state in
                state.order.append(number)
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test("Who waits enters in the order of coming")
    func order() async throws {
        let pool = TaskPool(limit: 1)
        let gate = Gate()
        let inside = Inside()
        let first = Task { try await pool.run { try await gate.wait() } }
        try await eventually("the first is in") { pool.freeCount == 0 }
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<10 {
            tasks.append(Task { try await pool.run { inside.enter(number) } })
            try await eventually("number \(number) waits") { pool.waitingCount == number + 1 }
        }
        gate.open()
        try await first.value
        for task in tasks { try await task.value }
        #expect(inside.order == Array(0..<10))
        #expect(pool.freeCount == 1)
    }

    @Test("Who is cancelled while waiting does not run, and takes no place with it")
    func cancelledWhileWaiting() async throws {
        let pool = TaskPool(limit: 1)
        let gate = Gate()
        let first = Task { try await pool.run { try await gate.wait() } }
        try await eventually("the first is in") { pool.freeCount == 0 }
        let cancelled = Task { try await pool.run { _ = Issue.record("a cancelled task ran") } }
        try await eventually("the second waits") { pool.waitingCount == 1 }
        let third = Task { try await pool.run { true } }
        try await eventually("the third waits") { pool.waitingCount == 2 }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(pool.waitingCount == 1)
        gate.open()
        try await first.value
        #expect(try await third.value)
        #expect(pool.freeCount == 1)
    }

    @Test("Who is cancelled before coming does not enter")
    func cancelledBefore() async throws {
        let pool = TaskPool(limit: 1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await pool.run { _ = Issue.record("a cancelled task ran") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(pool.freeCount == 1)
    }

    @Test("A body that throws gives its place back")
    func throwing() async throws {
        let pool = TaskPool(limit: 2)
        for _ in 0..<5 {
            await #expect(throws: Broken.self) { try await pool.run { () throws -> Void in throw Broken() } }
        }
        #expect(pool.freeCount == 2)
    }

    @Test("Entering, leaving and cancelling from all sides keeps the limit and leaks no place")
    func stress() async throws {
        let pool = TaskPool(limit: 3)
        let inside = Inside()
        try await within("2,000 tasks", limit: .seconds(50)) {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<2_000 {
                    group.addTask {
                        let task = Task {
                            try await pool.run {
                                inside.enter(number)
                                await Task.yield()
                                inside.leave()
                            }
                        }
                        if number.isMultiple(of: 3) { task.cancel() }
                        _ = await task.result
                    }
                }
            }
        }
        #expect(pool.freeCount == 3)
        #expect(pool.waitingCount == 0)
        #expect(inside.now == 0)
        #expect(inside.most <= 3)
        #expect(inside.most > 0)
    }
}
