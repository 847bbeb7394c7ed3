import LIFConcurrency
import LIFTesting
import Testing

@Suite("A limit that several share by weight")
struct WeightLedgerTests {
    /// Numbers the requests.
    private struct Ledger {
        var rules: WeightLedger<String>
        var ticket = 0

        init(size: Int) { rules = WeightLedger(size: size) }

        var taken: Int { rules.taken }

        /// - Returns: The ticket when it has to wait.
        mutating func take(_ amount: Int, for holder: String) -> Int? {
            ticket += 1
            return rules.take(WeightLedger.Request(amount, for: holder), ticket: ticket) == nil ? ticket : nil
        }

        mutating func give(of holder: String) -> [Int] { rules.give(holder).map(\.ticket) }
        mutating func withdraw(_ ticket: Int) -> [Int] { rules.withdraw(ticket).map(\.ticket) }
    }

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

    @Test("Those after one that gives up are looked at again")
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
        #expect(withdrawal == [second])
        #expect(ledger.withdraw(first) == [])
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

    @Test(
        "Whatever is asked, given back and withdrawn, the size holds but for one, and all are served",
        arguments: 0..<200)
    func anything(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let size = Int.random(in: 1...100, using: &random)
        var ledger = WeightLedger<Int>(size: size)
        var held: [Int: Int] = [:]
        var waiting: [Int: (amount: Int, holder: Int)] = [:]
        var lastTicket = 0

        func note(_ grants: [(ticket: Int, permit: Int)]) {
            for grant in grants {
                let request = waiting.removeValue(forKey: grant.ticket)
                #expect(request?.holder == grant.permit)
                held[grant.permit, default: 0] += request?.amount ?? 0
            }
        }
        func check() {
            #expect(ledger.taken == held.values.reduce(0, +))
            // Without the largest, the others are within the size.
            let largest = held.values.max() ?? 0
            #expect(ledger.taken <= size || ledger.taken - largest <= size)
            #expect(waiting.isEmpty || !held.isEmpty, "somebody waits for nobody")
        }

        for _ in 0..<200 {
            // One that waits does nothing else.
            let idle = (0..<8).filter { holder in !waiting.values.contains { $0.holder == holder } }
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                guard let holder = random.pick(idle) else { break }
                lastTicket += 1
                let amount = Int.random(in: 1...(random.chance(5) ? size * 3 : max(1, size / 2)), using: &random)
                if ledger.take(WeightLedger.Request(amount, for: holder), ticket: lastTicket) == nil {
                    waiting[lastTicket] = (amount, holder)
                } else {
                    held[holder, default: 0] += amount
                }
            case 2:
                guard let holder = random.pick(idle.filter { held[$0] != nil }) else { break }
                held[holder] = nil
                note(ledger.give(holder))
            default:
                guard let ticket = random.pick(waiting.keys.sorted()) else { break }
                waiting[ticket] = nil
                note(ledger.withdraw(ticket))
            }
            check()
        }
        // Whoever does not wait gives back what it has, until nobody has or wants anything.
        for _ in 0..<1_000 where !held.isEmpty || !waiting.isEmpty {
            let done = held.keys.filter { holder in !waiting.values.contains { $0.holder == holder } }
            #expect(!done.isEmpty, "all who have some wait")
            for holder in done {
                held[holder] = nil
                note(ledger.give(holder))
            }
        }
        #expect(held.isEmpty && waiting.isEmpty && ledger.taken == 0)
    }
}
