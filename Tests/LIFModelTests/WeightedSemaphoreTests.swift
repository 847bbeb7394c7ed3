import Testing

@testable import LIFModel

@Suite("A limit that several share by weight")
struct WeightedSemaphoreTests {
    private typealias Ledger = WeightedSemaphore.Ledger<String>

    @Test("One that does not fit is passed by others that do, until these have had the whole size")
    func passing() throws {
        var ledger = Ledger(size: 100)
        #expect(ledger.take(60, for: "a") == nil)
        let waiting = ledger.take(50, for: "large")
        let large = try #require(waiting)
        #expect(ledger.take(40, for: "b") == nil)
        #expect(ledger.give(of: "b") == [])
        #expect(ledger.take(40, for: "c") == nil)
        #expect(ledger.give(of: "c") == [])
        // 80 have passed; 40 more would be more than the size, and 20 would not.
        let late = ledger.take(40, for: "d")
        let last = try #require(late)
        #expect(ledger.take(20, for: "e") == nil)
        #expect(ledger.give(of: "e") == [])
        #expect(ledger.give(of: "a") == [large, last])
        #expect(ledger.taken == 90)
    }

    @Test("Those behind one that gives up are looked at again")
    func givingUp() throws {
        var ledger = Ledger(size: 100)
        #expect(ledger.take(60, for: "a") == nil)
        let waiting = ledger.take(50, for: "b")
        let first = try #require(waiting)
        for holder in ["c", "d"] {
            #expect(ledger.take(40, for: holder) == nil)
            #expect(ledger.give(of: holder) == [])
        }
        let behind = ledger.take(40, for: "e")
        let second = try #require(behind)
        let withdrawal = ledger.withdraw(first)
        #expect(withdrawal.waited && withdrawal.granted == [second])
        #expect(!ledger.withdraw(first).waited)
        #expect(ledger.taken == 100)
    }

    @Test("What is larger than the size waits until it is alone")
    func larger() throws {
        var ledger = Ledger(size: 100)
        #expect(ledger.take(10, for: "a") == nil)
        let waiting = ledger.take(1_000, for: "large")
        let large = try #require(waiting)
        #expect(ledger.give(of: "a") == [large])
        #expect(ledger.take(5, for: "b") != nil)
        #expect(ledger.give(of: "large").count == 1)
        #expect(ledger.taken == 5)
    }

    @Test("When all who have some wait for more, one at a time goes beyond the size, so that all come to their ends")
    func growth() throws {
        var ledger = Ledger(size: 100)
        for holder in ["a", "b"] { #expect(ledger.take(50, for: holder) == nil) }
        #expect(ledger.take(1, for: "newcomer") != nil)
        #expect(ledger.take(30, for: "a") == nil)
        let waiting = ledger.take(30, for: "b")
        let second = try #require(waiting)
        // It is the one that goes beyond, as far as it has to.
        #expect(ledger.take(500, for: "a") == nil)
        #expect(ledger.taken == 630)
        #expect(ledger.give(of: "a").first == second)
        #expect(ledger.taken == 81, "and the newcomer")
        #expect(ledger.give(of: "b") == [])
        #expect(ledger.taken == 1)
    }

    @Test("Who waits in vain is refused, and takes nothing")
    func inVain() async throws {
        final class Holder: Sendable {}
        let semaphore = WeightedSemaphore(size: 10, refusal: "Later.", patience: .milliseconds(20))
        let (first, second) = (Holder(), Holder())
        try await semaphore.take(10, for: first)
        let error = await #expect(throws: LIFError.self) { try await semaphore.take(1, for: second) }
        #expect(error?.code == .overloaded && error?.isRetryable == true && error?.message == "Later.")
        semaphore.give(of: first)
        try await semaphore.take(10, for: first)
        let cancelled = Task { try await semaphore.take(1, for: second) }
        cancelled.cancel()
        await #expect(throws: (any Error).self) { try await cancelled.value }
        semaphore.give(of: first)
        try await semaphore.take(10, for: second)
    }
}
