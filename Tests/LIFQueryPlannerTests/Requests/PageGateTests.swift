import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct PageGateTests {
    private struct Refused: Error {}

    @Test("No more pass than there are places, and all pass in the end")
    func limit() async throws {
        let pages = PageGate(places: 3)
        let inside = Noted((now: 0, most: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await pages.pass {
                        inside.change { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        for _ in 0..<5 { await Task.yield() }
                        inside.change { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.value.most == 3)
    }

    @Test("Who asks first passes first")
    func order() async throws {
        let pages = PageGate(places: 1)
        let gate = Gate()
        let passed = Noted<[Int]>([])
        let first = Task { try await pages.pass { try await gate.wait() } }
        try await eventually("the first is in") { pages.waitingCount == 0 && pages.freePlaces == 0 }
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<10 {
            tasks.append(Task { try await pages.pass { passed.change { $0.append(number) } } })
            try await eventually("\(number) waits") { pages.waitingCount == number + 1 }
        }
        gate.open()
        try await first.value
        for task in tasks { try await task.value }
        #expect(passed.value == Array(0..<10))
    }

    @Test("Who is cancelled while it waits leaves at once, and takes no place")
    func cancelled() async throws {
        let pages = PageGate(places: 1)
        let gate = Gate()
        let first = Task { try await pages.pass { try await gate.wait() } }
        try await eventually("the first is in") { pages.freePlaces == 0 }
        let second = Task { try await pages.pass { Issue.record("it passed") } }
        try await eventually("the second waits") { pages.waitingCount == 1 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(pages.waitingCount == 0)
        gate.open()
        try await first.value
        #expect(pages.freePlaces == 1)
    }

    @Test("A place is given back however its holder ends")
    func givenBack() async throws {
        let pages = PageGate(places: 4)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let task = Task {
                    try await pages.pass {
                        for _ in 0..<number % 4 { await Task.yield() }
                        if number % 3 == 0 { throw Refused() }
                        try Task.checkCancellation()
                    }
                }
                if number % 2 == 0 { task.cancel() }
                group.addTask { _ = await task.result }
            }
        }
        #expect(pages.freePlaces == 4)
        #expect(pages.waitingCount == 0)
    }
}
