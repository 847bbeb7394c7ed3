import LIFTesting
import Synchronization
import Testing

@testable import LIFConcurrency

@Suite("Work with a deadline", .timeLimit(.minutes(1))) struct DeadlineTests {
    private struct Failed: Error {}

    @Test("What the work gives or throws in time comes back, and nobody waits for the time")
    func inTime() async throws {
        let answer = try await within("the answer") { try await Deadline.run(within: .seconds(3_600)) { 7 } }
        #expect(answer == 7)
        let end = ContinuousClock.now + .seconds(3_600)
        await #expect(throws: Failed.self) { try await Deadline.run(until: end) { throw Failed() } }
    }

    @Test("Work whose time is up is cancelled and awaited, and what it gives or throws then does not count")
    func timeUp() async throws {
        let hasEnded = Mutex(false)
        let value = try await within("the end") {
            try await Deadline.run(until: .now) {
                // Not before it is cancelled.
                await Pulse().wait()
                hasEnded.withLock { $0 = true }
                return 7
            }
        }
        #expect(value == nil)
        #expect(hasEnded.withLock { $0 })
        let nothing: Void? = try await within("the end") {
            try await Deadline.run(within: .zero) { () async throws -> Void in
                await Pulse().wait()
                throw Failed()
            }
        }
        #expect(nothing == nil)
    }

    @Test("A signal ends the time")
    func signal() async throws {
        let signal = Gate()
        let running = Task {
            try await Deadline.run(before: { try? await signal.wait() }) { try await Task.sleep(for: .seconds(3_600)) }
        }
        signal.open()
        let value: Void? = try await within("the end") { try await running.value }
        #expect(value == nil)
    }

    @Test("A caller that is cancelled gets what the work does then")
    func cancelled() async throws {
        let begun = Gate()
        let gives = Task {
            try await Deadline.run(within: .seconds(3_600)) {
                begun.open()
                await Pulse().wait()
                return 7
            }
        }
        try await begun.wait()
        gives.cancel()
        #expect(try await within("its answer") { try await gives.value } == 7)
        let fails = Task { try await Deadline.run(within: .seconds(3_600)) { try await Gate().wait() } }
        fails.cancel()
        await #expect(throws: CancellationError.self) { try await within("its end") { try await fails.value } }
    }

    @Test("The time is counted off the threads of the work, which may be taken")
    func executor() async throws {
        let isOver = Noted(false)
        try await within("the end of all") {
            await withTaskGroup(of: Void.self) { group in
                // Each keeps its thread until its time is up, and more wait for one than there are.
                for _ in 0..<2 * ForeignDataExecutor.threads {
                    group.addTask {
                        _ = try? await Deadline.run(
                            before: { isOver.value = true }, on: ForeignDataExecutor.shared
                        ) {
                            while !isOver.value {}
                        }
                    }
                }
            }
        }
    }
}
