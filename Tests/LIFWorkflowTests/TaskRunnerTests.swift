import Foundation
import LIFConcurrency
import LIFModel
import LIFTesting
import Synchronization
import Testing

@testable import LIFWorkflow

@Suite(.timeLimit(.minutes(1))) struct TaskRunnerTests {
    private struct Other: Error {}

    /// Counts attempts and waits; the waits take no time.
    private final class Watch: Sendable {
        private let state = Mutex<(attempts: [Int], waits: [Duration])>(([], []))

        var attempts: [Int] { state.withLock { $0.attempts } }
        var waits: [Duration] { state.withLock { $0.waits } }

        func runner(jitter: Double = 1) -> TaskRunner {
            TaskRunner(sleep: { [self] wait in state.withLock { $0.waits.append(wait) } }, jitter: { jitter })
        }

        func attempt(_ number: Int) { state.withLock { $0.attempts.append(number) } }
    }

    private let retryable = LIFError.source(.unreachable, "The source is away.", isRetryable: true)
    private let final = LIFError.source(.refused, "The source refused.")

    @Test("An attempt that may succeed is made again as often as the policy says, and its last error is reported")
    func retries() async throws {
        for retries in [0, 1, 4] {
            let watch = Watch()
            let error = await #expect(throws: LIFError.self) {
                try await watch.runner().run(TaskPolicy(retries: retries)) { number in
                    watch.attempt(number)
                    throw LIFError.source(.unreachable, "attempt \(number)", isRetryable: true)
                }
            }
            #expect(watch.attempts == Array(1...(retries + 1)))
            #expect(watch.waits.count == retries)
            #expect(error?.message == "attempt \(retries + 1)")
        }
    }

    @Test("The first success ends it")
    func success() async throws {
        let watch = Watch()
        let value = try await watch.runner().run(TaskPolicy(retries: 5)) { [retryable] number in
            watch.attempt(number)
            if number < 3 { throw retryable }
            return "answer \(number)"
        }
        #expect(value == "answer 3")
        #expect(watch.attempts == [1, 2, 3])
    }

    @Test("Each attempt that is retried is logged, and the error that ends it says which attempt met it")
    func toldAttempts() async throws {
        let watch = Watch()
        let told = Mutex<[Int]>([])
        let error = await #expect(throws: LIFError.self) {
            try await watch.runner().run(
                TaskPolicy(retries: 2), failed: { number, _ in told.withLock { $0.append(number) } },
                attempt: { number in throw LIFError.source(.unreachable, "attempt \(number)", isRetryable: true) })
        }
        #expect(told.withLock(\.self) == [1, 2])
        #expect(error?.attempt == 3)
    }

    @Test("What cannot succeed is not tried again: final errors, and errors that are not ours")
    func finalErrors() async throws {
        let errors: [any Error] = [final, Other(), Failure(.internal, "no"), CancellationError()]
        for error in errors {
            let watch = Watch()
            await #expect(throws: (any Error).self) {
                try await watch.runner().run(TaskPolicy(retries: 3)) { number in
                    watch.attempt(number)
                    throw error
                }
            }
            #expect(watch.attempts == [1])
            #expect(watch.waits.isEmpty)
        }
    }

    @Test("The wait doubles from the backoff to the cap")
    func backoff() async throws {
        let watch = Watch()
        let policy = TaskPolicy(
            retries: 6, backoff: .milliseconds(100), maximumBackoff: .milliseconds(1_000), timeout: .seconds(30))
        let retryable = retryable
        await #expect(throws: LIFError.self) {
            try await watch.runner().run(policy) { _ in throw retryable }
        }
        #expect(watch.waits == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
    }

    @Test("No attempt is made before the time that a source asks for, and a longer backoff holds")
    func retryAfter() async throws {
        let watch = Watch()
        let policy = TaskPolicy(retries: 3, backoff: .seconds(2), maximumBackoff: .seconds(4), timeout: .seconds(60))
        let asked: [Duration?] = [.seconds(5), .seconds(1), nil, .seconds(7)]
        let error = await #expect(throws: LIFError.self) {
            try await watch.runner().run(policy) { number in
                watch.attempt(number)
                throw LIFError.source(.sourceError, "Busy.", isRetryable: true, retryAfter: asked[number - 1])
            }
        }
        #expect(watch.waits == [.seconds(5), .seconds(4), .seconds(4)])
        #expect(watch.attempts == [1, 2, 3, 4])
        #expect(error?.message == "Busy.", "that of the last attempt is not waited for")
    }

    @Test("A time that does not fit ends the attempts at once, and the error says so")
    func retryAfterTooLong() async throws {
        let watch = Watch()
        let told = Tally()
        let error = await #expect(throws: LIFError.self) {
            try await watch.runner().run(
                TaskPolicy(retries: 3, timeout: .seconds(8)), failed: { _, _ in told.add() },
                attempt: { number in
                    watch.attempt(number)
                    throw LIFError.source(
                        .sourceError, "Busy.", isRetryable: true, retryAfter: number == 1 ? .seconds(7) : .seconds(8))
                })
        }
        #expect(watch.attempts == [1, 2])
        #expect(watch.waits == [.seconds(7)])
        #expect(told.count == 1)
        #expect(error?.reason == .sourceError)
        #expect(error?.attempt == 2)
        #expect(error?.message.hasPrefix("Busy. Its Retry-After is longer than what is left of the 8 s") == true)
    }

    @Test("Chance shortens the wait to no less than half, and never lengthens it")
    func jitter() {
        let policy = TaskPolicy(backoff: .milliseconds(100), maximumBackoff: .milliseconds(1_000))
        for attempt in 1...80 {
            let retry = policy.retry(within: .seconds(10))
            let whole = retry.pause(after: attempt)
            #expect(whole <= .milliseconds(1_000))
            #expect(retry.pause(after: attempt, random: 0) == whole / 2)
            #expect(retry.pause(after: attempt, random: 0.5) == whole * 0.75)
        }
    }

    @Test("When the time is up the running attempt is cancelled, and the error says time-out")
    func timeout() async throws {
        let cancelled = Gate()
        let error = await #expect(throws: LIFError.self) {
            try await TaskRunner().run(TaskPolicy(retries: 3, timeout: .milliseconds(20))) { _ in
                do {
                    try await Gate().wait()
                } catch {
                    cancelled.open()
                    throw error
                }
            }
        }
        #expect(error?.code == .operatorException)
        #expect(error?.reason == .timeout)
        #expect(error?.blame == .source)
        #expect(error?.message.contains("20 ms") == true)
        #expect(cancelled.isOpen)
    }

    @Test("The time is up also when attempts take all the threads that there are for them")
    func timeoutOfBusyThreads() async throws {
        try await within("the end of all", limit: .seconds(30)) {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        // As tasks of the orchestrator are run.
                        await ForeignDataExecutor.run {
                            let error = await #expect(throws: LIFError.self) {
                                try await TaskRunner().run(TaskPolicy(timeout: .milliseconds(50))) { _ in
                                    // Works as what reads a large answer does: without a pause, and asks for cancellation.
                                    while !Task.isCancelled { usleep(1_000) }
                                }
                            }
                            #expect(error?.reason == .timeout)
                        }
                    }
                }
            }
        }
    }

    @Test("The time is for all attempts and the waits between them")
    func timeoutOverAttempts() async throws {
        let attempts = Tally()
        let retryable = retryable
        let error = await #expect(throws: LIFError.self) {
            try await within("the end") {
                let policy = TaskPolicy(
                    retries: .max, backoff: .milliseconds(5), maximumBackoff: .milliseconds(5),
                    timeout: .milliseconds(500))
                try await TaskRunner().run(policy) { _ in
                    attempts.add()
                    throw retryable
                }
            }
        }
        #expect(error?.reason == .timeout)
        #expect(attempts.count > 1)
    }

    @Test("Cancellation passes through, from an attempt and from a wait")
    func cancellation() async throws {
        let begun = Gate()
        let hanging = Task {
            try await TaskRunner().run(TaskPolicy(timeout: .seconds(30))) { _ in
                begun.open()
                try await Gate().wait()
            }
        }
        try await within("the attempt") { try await begun.wait() }
        hanging.cancel()
        await #expect(throws: CancellationError.self) { try await hanging.value }

        let waiting = Gate()
        let runner = TaskRunner(sleep: { _ in
            waiting.open()
            try await Gate().wait()
        })
        let retrying = Task { [retryable] in
            try await runner.run(TaskPolicy(timeout: .seconds(30))) { _ in throw retryable }
        }
        try await within("the wait") { try await waiting.wait() }
        retrying.cancel()
        await #expect(throws: CancellationError.self) { try await retrying.value }
    }

    @Test("The waits of so many attempts are those that the policy makes between them")
    func waits() {
        let policy = TaskPolicy(retries: 9, backoff: .seconds(1), maximumBackoff: .seconds(5))
        #expect(
            (-1...5).map { policy.waits(afterAttempts: $0) }
                == [.zero, .zero, .seconds(1), .seconds(3), .seconds(7), .seconds(12), .seconds(17)])
    }

    @Test("An attempt that reports its cancellation as an error of its own is still a cancellation, and not retried")
    func cancellationInDisguise() async throws {
        let begun = Gate()
        let attempts = Tally()
        let task = Task { [retryable] in
            try await TaskRunner().run(TaskPolicy(retries: 3, timeout: .seconds(30))) { _ in
                attempts.add()
                begun.open()
                try? await Gate().wait()
                throw retryable
            }
        }
        try await within("the attempt") { try await begun.wait() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(attempts.count == 1)
    }
}
