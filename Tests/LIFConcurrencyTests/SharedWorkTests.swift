import LIFConcurrency
import LIFTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct SharedWorkTests {
    private struct Refused: Error {}

    private let work = SharedWork<String, Int>()

    @Test("Work on one key is done once for all who want it at the same time; other keys are their own")
    func once() async throws {
        let (gate, begun) = (Gate(), Tally())
        let work = work
        @Sendable func value(_ key: String, _ number: Int) async throws -> (value: Int, isFirst: Bool) {
            try await work.value(for: key) {
                begun.add()
                try await gate.wait()
                return number
            }
        }
        try await withThrowingTaskGroup(of: (value: Int, isFirst: Bool).self) { group in
            for number in 0..<20 { group.addTask { try await value("a", number) } }
            try await eventually("twenty wait") { work.waiterCount == 20 }
            gate.open()
            var results: [(value: Int, isFirst: Bool)] = []
            for try await result in group { results.append(result) }
            #expect(Set(results.map(\.value)).count == 1)
            #expect(results.count(where: \.isFirst) == 1)
        }
        #expect(try await value("b", 7).value == 7)
        #expect(begun.count == 2)
        #expect(work.waiterCount == 0)
    }

    @Test(
        "Who leaves does so at once, whatever the work does; the last one takes it along, and the next one begins anew")
    func leaving() async throws {
        let (stubborn, cancelled, begun) = (Gate(), Gate(), Tally())
        let work = work
        @Sendable func wait() async throws -> Int {
            try await work.value(for: "a") {
                begun.add()
                if begun.count > 1 { return 2 }
                await withTaskCancellationHandler {
                    // It does not heed its cancellation.
                    await Task { try? await stubborn.wait() }.value
                } onCancel: {
                    cancelled.open()
                }
                return 1
            }.value
        }
        let tasks = (0..<3).map { _ in Task { try await wait() } }
        try await eventually("three wait") { work.waiterCount == 3 }
        for (number, task) in tasks.enumerated() {
            #expect(!cancelled.isOpen)
            task.cancel()
            await #expect(throws: CancellationError.self) {
                _ = try await within("the end of waiter \(number)") { try await task.value }
            }
        }
        try await within("the cancellation of the work") { try await cancelled.wait() }
        #expect(try await wait() == 2)
        stubborn.open()
        #expect(try await wait() == 2)
    }

    @Test("A failure goes to all who wait, and is not kept")
    func failure() async throws {
        let gate = Gate()
        let work = work
        let tasks = (0..<3).map { _ in
            Task {
                try await work.value(for: "a") {
                    try await gate.wait()
                    throw Refused()
                }.value
            }
        }
        try await eventually("three wait") { work.waiterCount == 3 }
        gate.open()
        for task in tasks { await #expect(throws: Refused.self) { _ = try await task.value } }
        #expect(try await work.value(for: "a") { 1 }.value == 1)
    }
}
