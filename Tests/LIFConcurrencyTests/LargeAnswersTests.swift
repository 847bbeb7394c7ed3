import LIFConcurrency
import LIFTesting
import Synchronization
import Testing

@testable import LIFConcurrency

@Suite("Large answers leave a thread to all else, and one to each other's sources", .timeLimit(.minutes(1)))
struct LargeAnswersTests {
    /// Answers that are in work until the test ends it.
    private final class InWork: Sendable {
        let answers: LargeAnswers
        let state: Mutex<(now: [String], ends: [Gate])> = Mutex(([], []))

        init(threads: Int) { answers = LargeAnswers(threads: threads) }

        var now: [String] { state.withLock { $0.now.sorted() } }

        func read(_ source: String, bytes: Int = LargeAnswers.size) async throws {
            try await answers.read(bytes, of: source) {
                let end = Gate()
                state.withLock {
                    $0.now.append(source)
                    $0.ends.append(end)
                }
                try await end.wait()
            }
        }

        func endFirst() { state.withLock { $0.ends.removeFirst() }.open() }
    }

    @Test("Of four threads three are for large answers, and two of these for one source; small answers never wait")
    func places() async throws {
        let work = InWork(threads: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await work.read("a") } }
            try await eventually("a's places are taken") { work.now == ["a", "a"] }
            for _ in 0..<2 { group.addTask { try await work.read("b") } }
            try await eventually("all places are taken") { work.now == ["a", "a", "b"] }
            // Nobody else may be let in, whatever time passes.
            for _ in 0..<1_000 { await Task.yield() }
            #expect(work.now == ["a", "a", "b"])
            group.addTask { try await work.read("c", bytes: LargeAnswers.size - 1) }
            try await eventually("a small one is in work") { work.now == ["a", "a", "b", "c"] }
            // The waiting one of b came before a's next.
            work.endFirst()
            try await eventually("the next one is b's") { work.now == ["a", "a", "b", "b", "c"] }
            for _ in 0..<7 {
                try await eventually("one is in work") { work.state.withLock { !$0.ends.isEmpty } }
                work.endFirst()
            }
            try await group.waitForAll()
        }
        #expect(work.now.count == 8)
    }

    @Test("Who leaves while it waits takes no place")
    func cancelled() async throws {
        let work = InWork(threads: 2)
        let first = Task { try await work.read("a") }
        try await eventually("it is in work") { work.now == ["a"] }
        let waiting = ["a", "b"].map { source in Task { try await work.read(source) } }
        for task in waiting {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        work.endFirst()
        try await first.value
        let next = Task { try await work.read("b") }
        try await eventually("the place is free") { work.now == ["a", "b"] }
        work.endFirst()
        try await next.value
    }
}
