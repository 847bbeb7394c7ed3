import LIFConcurrency
import LIFTesting
import Testing

@Suite("A semaphore", .timeLimit(.minutes(1))) struct SemaphoreTests {
    private struct Refused: Error {}

    @Test("No more pass than there are places, and all pass in the end")
    func limit() async throws {
        let places = TaskSemaphore(places: 3)
        let inside = Noted((now: 0, most: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await places.inPlace {
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
        let places = TaskSemaphore(places: 1)
        let gate = Gate()
        let passed = Noted<[Int]>([])
        let first = Task { try await places.inPlace { try await gate.wait() } }
        try await eventually("the first is in") { places.waitingCount == 0 && places.ledger.freePlaces == 0 }
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<10 {
            tasks.append(Task { try await places.inPlace { passed.change { $0.append(number) } } })
            try await eventually("\(number) waits") { places.waitingCount == number + 1 }
        }
        gate.open()
        try await first.value
        for task in tasks { try await task.value }
        #expect(passed.value == Array(0..<10))
    }

    @Test("Reserved places are taken by preferred requests alone, and others are given in turn")
    func kept() async throws {
        let places = TaskSemaphore(places: 1, reserved: 1)
        let passed = Noted<[String]>([])
        func enter(_ name: String, _ request: PlaceLedger.Request, _ gate: Gate) -> Task<Void, any Error> {
            Task {
                try await places.withPermit(request) {
                    passed.change { $0.append(name) }
                    try await gate.wait()
                }
            }
        }
        let gates = (0..<2).map { _ in Gate() }
        let large = enter("large", .common, gates[0])
        try await eventually("a large one is in") { passed.value == ["large"] }
        #expect(places.ledger.isFull(for: .common))
        #expect(!places.ledger.isFull(for: .preferred))
        let open = Gate(isOpen: true)
        let second = enter("second", .common, open)
        try await eventually("another waits") { places.waitingCount == 1 }
        let single = enter("single", .preferred, gates[1])
        try await eventually("a single one is in") { passed.value == ["large", "single"] }
        #expect(places.ledger.isFull(for: .preferred))
        let last = enter("last", .preferred, open)
        try await eventually("another waits") { places.waitingCount == 2 }
        gates[1].open()
        try await single.value
        try await last.value
        #expect(passed.value == ["large", "single", "last"])
        #expect(places.waitingCount == 1)
        gates[0].open()
        for task in [large, second] { try await task.value }
        #expect(places.ledger.freePlaces == 2)
        #expect(!places.ledger.isFull(for: .common))
    }

    @Test("Who is cancelled while it waits leaves at once, and takes no place")
    func cancelled() async throws {
        let places = TaskSemaphore(places: 1)
        let gate = Gate()
        let first = Task { try await places.inPlace { try await gate.wait() } }
        try await eventually("the first is in") { places.ledger.freePlaces == 0 }
        let second = Task { try await places.inPlace { Issue.record("it passed") } }
        try await eventually("the second waits") { places.waitingCount == 1 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(places.waitingCount == 0)
        gate.open()
        try await first.value
        #expect(places.ledger.freePlaces == 1)
    }

    @Test("A place is given back however its holder ends")
    func givenBack() async throws {
        let places = TaskSemaphore(places: 3, reserved: 1)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let task = Task {
                    try await places.withPermit(number % 5 == 0 ? .preferred : .common) {
                        for _ in 0..<number % 4 { await Task.yield() }
                        if number % 3 == 0 { throw Refused() }
                        try Task.checkCancellation()
                    }
                }
                if number % 2 == 0 { task.cancel() }
                group.addTask { _ = await task.result }
            }
        }
        #expect(places.ledger.freePlaces == 4)
        #expect(places.waitingCount == 0)
    }

    @Test("Who waits in vain gets nothing and takes nothing")
    func inVain() async throws {
        let semaphore = WeightedSemaphore(size: 10)
        let (first, second) = (Holder(), Holder())
        #expect(try await semaphore.take(10, for: first, within: .zero))
        #expect(try await semaphore.take(1, for: second, within: .milliseconds(20)) == false)
        #expect(semaphore.waitingCount == 0)
        semaphore.give(of: first)
        #expect(try await semaphore.take(10, for: first, within: .zero))
        let cancelled = Task { try await semaphore.take(1, for: second, within: .seconds(600)) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        semaphore.give(of: first)
        #expect(try await semaphore.take(10, for: second, within: .zero))
    }

    private final class Holder: Sendable {}

    @Test("Whoever waits after one that gives up is looked at again")
    func givingUp() async throws {
        let semaphore = WeightedSemaphore(size: 10)
        let (first, large, small) = (Holder(), Holder(), Holder())
        #expect(try await semaphore.take(6, for: first, within: .zero))
        let givesUp = Task { try await semaphore.take(8, for: large, within: .seconds(600)) }
        try await eventually("a large one waits") { semaphore.waitingCount == 1 }
        // It may be passed by as much as the size, and no more.
        for _ in 0..<2 {
            let passing = Holder()
            #expect(try await semaphore.take(4, for: passing, within: .zero))
            semaphore.give(of: passing)
        }
        let waits = Task { try await semaphore.take(4, for: small, within: .seconds(600)) }
        try await eventually("a small one waits behind it") { semaphore.waitingCount == 2 }
        givesUp.cancel()
        await #expect(throws: CancellationError.self) { try await givesUp.value }
        #expect(try await within("the small one") { try await waits.value })
    }

    @Test("A permit that is granted as its time ends, or as its task is cancelled, is not lost", arguments: 0..<20)
    func races(seed: UInt64) async throws {
        let places = TaskSemaphore(places: 2)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                let task = Task {
                    guard let place = try await places.take(.common, within: .microseconds(number * 7 % 50)) else {
                        return
                    }
                    for _ in 0..<number % 4 { await Task.yield() }
                    places.give(place)
                }
                if (number + Int(seed)) % 5 == 0 { task.cancel() }
                group.addTask { _ = await task.result }
            }
        }
        #expect(places.ledger.freePlaces == 2)
        #expect(places.waitingCount == 0)
    }
}
