import LIFConcurrency
import LIFTesting
import Testing

@Suite("Places in the order of asking") struct PlaceLedgerTests {
    @Test(
        "Whatever is asked, given back and withdrawn, places are never too many, idle beside one who may have them, or out of turn",
        arguments: 0..<200)
    func anything(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (places, reserved) = (Int.random(in: 1...4, using: &random), Int.random(in: 0...2, using: &random))
        var ledger = PlaceLedger(places: places, reserved: reserved)
        var held: [PlaceLedger.Permit] = []
        var waiting: [(ticket: Int, request: PlaceLedger.Request)] = []
        var lastTicket = 0
        for _ in 0..<300 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                lastTicket += 1
                let request: PlaceLedger.Request = random.chance(40) ? .preferred : .common
                let mustWait = ledger.isFull(for: request)
                let permit = ledger.take(request, ticket: lastTicket)
                #expect((permit == nil) == mustWait)
                if let permit {
                    #expect(request == .preferred || permit == .common)
                    held.append(permit)
                } else {
                    waiting.append((lastTicket, request))
                }
            case 2, 3:
                guard let index = held.indices.randomElement(using: &random) else { break }
                let permit = held.remove(at: index)
                let next = waiting.firstIndex { permit == .common || $0.request == .preferred }
                let grants = ledger.give(permit)
                #expect(grants.map(\.ticket) == next.map { [waiting[$0].ticket] } ?? [])
                for grant in grants { held.append(grant.permit) }
                if let next { waiting.remove(at: next) }
            default:
                guard let index = waiting.indices.randomElement(using: &random) else { break }
                #expect(ledger.withdraw(waiting.remove(at: index).ticket).isEmpty)
            }
            #expect(held.count { $0 == .common } <= places && held.count { $0 == .reserved } <= reserved)
            #expect(ledger.freePlaces == places + reserved - held.count)
            #expect(waiting.allSatisfy { ledger.isFull(for: $0.request) })
        }
    }
}
