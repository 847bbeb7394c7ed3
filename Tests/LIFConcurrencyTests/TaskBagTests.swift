import LIFConcurrency
import LIFTesting
import Synchronization
import Testing

@Suite("Tasks that are held", .timeLimit(.minutes(1))) struct TaskBagTests {
    @Test("A key has one task at a time, and may have another when that has ended")
    func keys() async throws {
        let (bag, gate) = (TaskBag<String>(), Gate())
        #expect(bag.start("a") { try? await gate.wait() })
        #expect(!bag.start("a") { Issue.record("it runs beside the first") })
        #expect(bag.start("b") { try? await gate.wait() })
        #expect(bag.keys.sorted() == ["a", "b"])
        gate.open()
        await bag.wait()
        #expect(bag.count == 0)
        let again = Gate()
        #expect(bag.start("a") { again.open() })
        try await within("the second") { try await again.wait() }
    }

    @Test("Only the tasks of the keys that are meant are cancelled, and have ended when the call returns")
    func cancelled() async throws {
        let bag = TaskBag<Int>()
        let ended = Mutex<Set<Int>>([])
        for number in 0..<6 {
            bag.start(number) {
                await Pulse().wait()
                ended.withLock { _ = $0.insert(number) }
            }
        }
        await bag.cancel { $0 % 2 == 0 }
        #expect(ended.withLock { $0 } == [0, 2, 4])
        #expect(bag.keys.sorted() == [1, 3, 5])
        await bag.close()
        #expect(ended.withLock { $0.count } == 6)
    }

    @Test("A closed bag starts nothing, and has cancelled and awaited what it held")
    func closed() async throws {
        let (bag, ended) = (TaskBag<Int>(), Tally())
        for _ in 0..<5 {
            bag.start {
                await Pulse().wait()
                ended.add()
            }
        }
        try await within("the end") { await bag.close() }
        #expect(ended.count == 5 && bag.count == 0 && bag.isClosed)
        #expect(!bag.start { Issue.record("it was started") })
    }

    @Test("What ends within the time of closing is not cancelled, the rest is")
    func patience() async throws {
        let (bag, gate) = (TaskBag<Int>(), Gate())
        let isCancelled = Mutex(true)
        bag.start {
            try? await gate.wait()
            isCancelled.withLock { $0 = Task.isCancelled }
        }
        let closing = Task { await bag.close(within: .seconds(3_600)) }
        try await eventually("it closes") { bag.isClosed }
        // The one who closes it may be cancelled: that cuts nothing short.
        closing.cancel()
        gate.open()
        try await within("the end") { await closing.value }
        #expect(!isCancelled.withLock { $0 })
        let other = TaskBag<Int>()
        other.start { await Pulse().wait() }
        try await within("the end") { await other.close(within: .milliseconds(1)) }
    }

    @Test("A bag that is dropped cancels what it holds")
    func dropped() async throws {
        let ended = Gate()
        var bag: TaskBag<Int>? = TaskBag()
        bag?.start {
            await Pulse().wait()
            ended.open()
        }
        bag = nil
        try await within("the end") { try await ended.wait() }
    }

    @Test("Whatever starts, ends and is cancelled, each change of the count is reported in order", arguments: 0..<20)
    func counts(seed: UInt64) async throws {
        let counts = Mutex([0])
        let bag = TaskBag<Int> { count in counts.withLock { $0.append(count) } }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let key = Int.random(in: 0..<6, using: &random)
            if random.chance(80) {
                let turns = Int.random(in: 0..<4, using: &random)
                bag.start(key) { for _ in 0..<turns { await Task.yield() } }
            } else {
                await bag.cancel { $0 == key }
            }
        }
        await bag.close()
        let told = counts.withLock { $0 }
        #expect(told.last == 0)
        #expect(zip(told, told.dropFirst()).allSatisfy { abs($0 - $1) == 1 })
    }
}
