import LIFConcurrency
import LIFTesting
import Testing

@Suite("A broadcast", .timeLimit(.minutes(1))) struct BroadcastTests {
    @Test("Every listener gets what is sent to its key while it listens, in order, and nothing else", arguments: 0..<50)
    func anything(seed: UInt64) async throws {
        struct Listener {
            let key: Int
            let stream: AsyncStream<Int>
            var expected: [Int] = []
        }
        var random = SeededGenerator(seed: seed)
        let broadcast = Broadcast<Int, Int>(.every)
        var listeners: [Listener] = []
        for number in 0..<200 {
            let key = Int.random(in: 0..<4, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: listeners.append(Listener(key: key, stream: broadcast.listen(to: key)))
            case 1 where !listeners.isEmpty: listeners.remove(at: Int.random(in: 0..<listeners.count, using: &random))
            case 2:
                broadcast.send(number, except: key)
                for index in listeners.indices where listeners[index].key != key {
                    listeners[index].expected.append(number)
                }
            default:
                broadcast.send(number, to: key)
                for index in listeners.indices where listeners[index].key == key {
                    listeners[index].expected.append(number)
                }
            }
            #expect(broadcast.listenerCount == listeners.count)
        }
        broadcast.finish()
        for listener in listeners {
            var got: [Int] = []
            for await element in listener.stream { got.append(element) }
            #expect(got == listener.expected)
        }
    }

    @Test("A slow listener gets the newest element alone, where that is asked for")
    func newest() async {
        let broadcast = Broadcast<Everyone, Int>(.newest)
        let stream = broadcast.listen()
        for number in 0..<5 { broadcast.send(number, to: Everyone()) }
        broadcast.finish()
        var got: [Int] = []
        for await element in stream { got.append(element) }
        #expect(got == [4])
    }

    @Test("After its end, who listens gets a stream that has ended")
    func ended() async throws {
        let broadcast = Broadcast<Everyone, Void>(.newest)
        let waiting = Task { [stream = broadcast.listen()] in for await _ in stream {} }
        broadcast.finish()
        try await within("the end") { await waiting.value }
        let late = broadcast.listen()
        broadcast.send()
        try await within("the end") { for await _ in late { Issue.record("it was sent something") } }
        #expect(broadcast.listenerCount == 0)
    }

    @Test("Who is cancelled while it listens has left")
    func cancelled() async throws {
        let broadcast = Broadcast<String, Void>(.newest)
        let listeners = (0..<3).map { _ in
            let stream = broadcast.listen(to: "a")
            return Task { for await _ in stream {} }
        }
        #expect(broadcast.listenerCount == 3)
        for listener in listeners { listener.cancel() }
        for listener in listeners { try await within("the end") { await listener.value } }
        #expect(broadcast.listenerCount == 0)
    }
}
