import LIFConcurrency
import LIFTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct PulseTests {
    @Test("A beat wakes who waits, and one that came before is kept")
    func beats() async throws {
        let pulse = Pulse()
        pulse.beat()
        try await within("a beat that is kept") { await pulse.wait() }
        let waiting = Task { await pulse.wait() }
        pulse.beat()
        try await within("a beat") { await waiting.value }
    }

    @Test("When the time is up the next wait is one again")
    func timeIsUp() async throws {
        let pulse = Pulse()
        for _ in 0..<3 { try await within("the time") { await pulse.wait(atMost: .milliseconds(1)) } }
        let waiting = Task { await pulse.wait(atMost: .seconds(3_600)) }
        let isDone = Gate()
        Task {
            await waiting.value
            isDone.open()
        }
        // A wait that returned at once would be seen within so many turns.
        for _ in 0..<1_000 { await Task.yield() }
        #expect(!isDone.isOpen)
        pulse.beat()
        try await within("a beat") { try await isDone.wait() }
    }

    @Test("Who is cancelled returns, and a beat after that is kept for the next one")
    func cancelled() async throws {
        let pulse = Pulse()
        let waiting = Task { await pulse.wait(atMost: .seconds(3_600)) }
        waiting.cancel()
        try await within("a cancelled wait") { await waiting.value }
        pulse.beat()
        try await within("the beat that is kept") { await pulse.wait() }
    }

    @Test("A pulse that follows streams beats at the elements of each, also of those that are left when another ends")
    func following() async throws {
        let (first, one) = AsyncStream.makeStream(of: Void.self)
        let (second, other) = AsyncStream.makeStream(of: Void.self)
        let pulse = Pulse(following: first, second)
        one.yield()
        try await within("the first stream's beat") { await pulse.wait() }
        one.finish()
        for _ in 0..<3 {
            other.yield()
            try await within("the second stream's beat") { await pulse.wait() }
        }
    }

    @Test("A pulse that is dropped leaves the streams that it follows")
    func dropped() async throws {
        let broadcast = Broadcast<Everyone, Void>(.newest)
        var pulse: Pulse? = Pulse(following: broadcast.listen())
        #expect(broadcast.listenerCount == 1)
        broadcast.send()
        await pulse?.wait()
        pulse = nil
        try await eventually("nobody listens") { broadcast.listenerCount == 0 }
    }
}
