import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct LandingsTests {
    private struct Refused: Error {}

    @Test("What comes while the body works comes together in its next call, in order, and nothing is lost")
    func together() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        let busy = Gate()
        let calls = Noted<[[Int]]>([])
        let work = Task {
            try await Landings(stream).forEach { elements in
                calls.change { $0.append(elements) }
                try await busy.wait()
            }
        }
        continuation.yield(0)
        try await eventually("the first call") { calls.value.count == 1 }
        for number in 1...100 { continuation.yield(number) }
        continuation.finish()
        busy.open()
        try await work.value
        #expect(calls.value.flatMap(\.self) == Array(0...100))
        #expect(calls.value.count <= 100)
    }

    @Test("Many elements from all sides come once each")
    func stress() async throws {
        for _ in 0..<50 {
            let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
            let all = Noted<[Int]>([])
            let work = Task {
                try await Landings(stream).forEach { elements in
                    #expect(!elements.isEmpty)
                    all.change { $0 += elements }
                    await Task.yield()
                }
            }
            await withTaskGroup(of: Void.self) { group in
                for start in 0..<10 {
                    group.addTask {
                        for number in 0..<20 { continuation.yield(start * 20 + number) }
                    }
                }
            }
            continuation.finish()
            try await work.value
            #expect(all.value.sorted() == Array(0..<200))
        }
    }

    @Test("A body that throws ends the stream, and so does a cancelled task, also one that is cancelled already")
    func ends() async throws {
        let (thrown, first) = AsyncStream.makeStream(of: Int.self)
        let ended = Tally()
        first.onTermination = { _ in ended.add() }
        first.yield(1)
        await #expect(throws: Refused.self) { try await Landings(thrown).forEach { _ in throw Refused() } }
        try await within("its end") { try await ended.wait(for: 1) }

        for isEarly in [false, true] {
            let (cancelled, second) = AsyncStream.makeStream(of: Int.self)
            second.onTermination = { _ in ended.add() }
            let begun = Gate()
            let work = Task {
                if isEarly { try? await Gate().wait() }
                begun.open()
                try await Landings(cancelled).forEach { _ in Issue.record("it came") }
            }
            if !isEarly { try await within("its begin") { try await begun.wait() } }
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            try await within("its end") { try await ended.wait(for: isEarly ? 3 : 2) }
        }
    }
}
