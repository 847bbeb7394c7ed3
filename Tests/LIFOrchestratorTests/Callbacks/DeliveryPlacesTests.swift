import LIFTesting
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct DeliveryPlacesTests {
    @Test("Who is cancelled while waiting for a place leaves, and the others have their turn")
    func cancelled() async throws {
        let places = DeliveryPlaces(perReceiver: 1)
        let (isIn, leaves) = (Gate(), Gate())
        let first = Task {
            try await places.run(at: "a") {
                isIn.open()
                try await leaves.wait()
            }
        }
        try await within("the first") { try await isIn.wait() }
        var waiting: [Task<Void, any Error>] = []
        for count in 1...3 {
            waiting.append(Task { try await places.run(at: "a") {} })
            try await eventually("\(count) wait") { places.waitingCount == count }
        }
        let cancelled = waiting.remove(at: 1)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        leaves.open()
        for task in [first] + waiting { try await task.value }
        #expect(places.receiverCount == 0)
    }
}
