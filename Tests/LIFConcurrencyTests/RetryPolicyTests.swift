import LIFConcurrency
import LIFTesting
import Testing

@Suite("A retry policy") struct RetryPolicyTests {
    @Test("Pauses double from the first to the longest, for any number of failures")
    func pauses() {
        let policy = RetryPolicy(first: .milliseconds(100), longest: .milliseconds(700))
        #expect((1...5).map { policy.pause(after: $0) } == [100, 200, 400, 700, 700].map { .milliseconds($0) })
        #expect(policy.pause(after: 0) == .milliseconds(100))
        #expect(policy.pause(after: .max) == .milliseconds(700))
        #expect(RetryPolicy(first: .seconds(9), longest: .seconds(2)).pause(after: 1) == .seconds(2))
        #expect(RetryPolicy(first: .zero, longest: .seconds(2)).pause(after: 1_000) == .zero)
    }

    @Test("A pause that is asked for is kept, up to the longest that is honoured, and makes no pause shorter")
    func retryAfter() {
        var policy = RetryPolicy(first: .seconds(1), longest: .seconds(8))
        #expect(policy.pause(after: 2, retryAfter: .seconds(1)) == .seconds(2))
        #expect(policy.pause(after: 2, retryAfter: .seconds(100)) == .seconds(100))
        policy.longestRetryAfter = .seconds(60)
        #expect(policy.pause(after: 2, retryAfter: .seconds(100)) == .seconds(60))
    }

    @Test("It ends with the attempts, or with the time, also where the pause that is asked for does not fit")
    func ends() {
        var policy = RetryPolicy(attempts: 3, first: .seconds(1), longest: .seconds(8), time: .seconds(10))
        #expect(policy.step(after: 2) == .again(after: .seconds(2)))
        #expect(policy.step(after: 3) == .noAttemptsLeft)
        #expect(policy.step(after: 1, elapsed: .seconds(10)) == .noTimeLeft)
        #expect(policy.step(after: 1, elapsed: .seconds(4), retryAfter: .seconds(5)) == .again(after: .seconds(5)))
        #expect(policy.step(after: 1, elapsed: .seconds(4), retryAfter: .seconds(6)) == .noTimeLeft)
        policy.longestRetryAfter = .seconds(2)
        #expect(policy.step(after: 1, elapsed: .seconds(4), retryAfter: .seconds(6)) == .again(after: .seconds(2)))
        (policy.attempts, policy.time) = (nil, nil)
        #expect(policy.step(after: 1_000, elapsed: .seconds(1_000_000)) == .again(after: .seconds(8)))
    }

    @Test(
        "Whatever the numbers, a pause is no longer than the longest, no shorter than chance allows, and none shrinks",
        arguments: 0..<100)
    func anything(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let policy = RetryPolicy(
            first: .milliseconds(Int.random(in: 0...10_000, using: &generator)),
            longest: .milliseconds(Int.random(in: 0...100_000, using: &generator)),
            jitter: Double.random(in: 0...1, using: &generator))
        var last = Duration.zero
        for failures in 1...100 {
            let whole = policy.pause(after: failures)
            #expect(whole >= last && whole <= policy.longest)
            let shortened = policy.pause(after: failures, random: Double.random(in: 0...1, using: &generator))
            let slack = Duration.microseconds(1)
            #expect(shortened <= whole + slack && shortened + slack >= whole * (1 - policy.jitter))
            last = whole
        }
    }
}
