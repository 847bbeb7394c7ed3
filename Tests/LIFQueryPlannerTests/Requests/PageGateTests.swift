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

    @Test("Places that are kept for queries of one page are taken by no others, and others are given in turn")
    func kept() async throws {
        let pages = PageGate(places: 1, keptPlaces: 1)
        let passed = Noted<[String]>([])
        func enter(_ name: String, _ size: PageGate.Size, _ gate: Gate) -> Task<Void, any Error> {
            Task {
                try await pages.pass(size) {
                    passed.change { $0.append(name) }
                    try await gate.wait()
                }
            }
        }
        let gates = (0..<2).map { _ in Gate() }
        let large = enter("large", .many, gates[0])
        try await eventually("a large one is in") { passed.value == ["large"] }
        #expect(pages.isFull(for: .many))
        #expect(!pages.isFull(for: .single))
        let open = Gate(isOpen: true)
        let second = enter("second", .many, open)
        try await eventually("another waits") { pages.waitingCount == 1 }
        let single = enter("single", .single, gates[1])
        try await eventually("a single one is in") { passed.value == ["large", "single"] }
        #expect(pages.isFull(for: .single))
        let last = enter("last", .single, open)
        try await eventually("another waits") { pages.waitingCount == 2 }
        gates[1].open()
        try await single.value
        try await last.value
        #expect(passed.value == ["large", "single", "last"])
        #expect(pages.waitingCount == 1)
        gates[0].open()
        for task in [large, second] { try await task.value }
        #expect(pages.freePlaces == 2)
        #expect(!pages.isFull(for: .many))
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
        let pages = PageGate(places: 3, keptPlaces: 1)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let task = Task {
                    try await pages.pass(number % 5 == 0 ? .single : .many) {
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
