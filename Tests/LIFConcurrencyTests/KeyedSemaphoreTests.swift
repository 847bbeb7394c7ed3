import LIFConcurrency
import LIFTesting
import Testing

@Suite("Places for each key", .timeLimit(.minutes(1))) struct KeyedSemaphoreTests {
    @Test("Who is cancelled while waiting for a place leaves, and the others have their turn")
    func cancelled() async throws {
        let places = KeyedSemaphore<String>(placesPerKey: 1)
        let (isIn, leaves) = (Gate(), Gate())
        let first = Task {
            try await places.inPlace(of: "a") {
                isIn.open()
                try await leaves.wait()
            }
        }
        try await within("the first") { try await isIn.wait() }
        var waiting: [Task<Void, any Error>] = []
        for count in 1...3 {
            waiting.append(Task { try await places.inPlace(of: "a") {} })
            try await eventually("\(count) wait") { places.waitingCount == count }
        }
        let cancelled = waiting.remove(at: 1)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        leaves.open()
        for task in [first] + waiting { try await task.value }
        #expect(places.keyCount == 0)
    }

    @Test("A key whose places are taken delays no other")
    func others() async throws {
        let places = KeyedSemaphore<String>(placesPerKey: 2)
        let leaves = Gate()
        let hanging = (0..<3).map { _ in Task { try await places.inPlace(of: "a") { try await leaves.wait() } } }
        try await eventually("one of three waits") { places.waitingCount == 1 }
        #expect(try await places.inPlace(of: "b") { places.keyCount } == 2)
        #expect(places.keyCount == 1)
        leaves.open()
        for task in hanging { try await task.value }
        #expect(places.keyCount == 0)
    }
}
