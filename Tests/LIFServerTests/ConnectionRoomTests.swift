import LIFModel
import Testing

@testable import LIFServer

@Suite("Which connections stay when there are too many")
struct ConnectionRoomTests {
    @Test("The one that has waited longest goes, never the one that has just come, nor one with a request in work")
    func longestWaiting() {
        var room = ConnectionRoom<Int>(limit: 3)
        for id in 1...3 { #expect(room.enter(id) == nil) }
        room.beginWork(1)
        #expect(room.enter(4) == 2)
        // It waits again, and since a later time than the others.
        room.endWork(1)
        #expect(room.enter(5) == 3)
        #expect(room.enter(6) == 4)
        #expect(room.enter(7) == 1)
        for id in 5...7 { room.beginWork(id) }
        #expect(!room.isCrowded)
        #expect(room.enter(8) == nil)
        room.beginWork(8)
        #expect(room.isCrowded && room.count == 4)
        room.leave(6)
        #expect(!room.isCrowded && room.count == 3)
        // Who has left does not come back by what it did before.
        room.beginWork(6)
        room.endWork(6)
        #expect(room.count == 3)
    }

    @Test("It remembers no more than the connections that are there, however many requests they make")
    func bounded() {
        var room = ConnectionRoom<Int>(limit: 4)
        for id in 0..<4 { _ = room.enter(id) }
        for number in 0..<10_000 {
            room.beginWork(number % 3)
            room.endWork(number % 3)
        }
        // 3 never made one.
        #expect(room.enter(4) == 3)
        #expect(room.count == 4)
    }

    @Test("A body is too slow when it was waited for longer than its grace and its bytes give it")
    func pace() throws {
        let start = ContinuousClock.now
        var pace = BodyPace(grace: .seconds(20))
        #expect(pace.patience(at: start) == nil)
        pace.expectMore(at: start)
        pace.expectMore(at: start + .seconds(5))
        #expect(pace.patience(at: start + .seconds(5)) == .seconds(15))
        pace.receive(2_048, at: start + .seconds(19))
        // What passes while the server does not ask is not the client's.
        #expect(pace.patience(at: start + .seconds(100)) == nil)
        pace.expectMore(at: start + .seconds(100))
        #expect(pace.patience(at: start + .seconds(100)) == .seconds(3))
        #expect(pace.patience(at: start + .seconds(103)) == .zero)
        pace.receive(1, at: start + .seconds(110))
        pace.expectMore(at: start + .seconds(110))
        let late = try #require(pace.patience(at: start + .seconds(110)))
        #expect(late < .zero)
    }

    @Test("Connections leave half of the descriptors of a process to other work")
    func descriptors() {
        let listener = ListenerConfiguration(port: 0, maximumConnections: 4_096)
        #expect(listener.bounded(byDescriptors: 65_536, components: 2).maximumConnections == 4_096)
        #expect(listener.bounded(byDescriptors: 1_024, components: 2).maximumConnections == 240)
        #expect(listener.bounded(byDescriptors: 1_024, components: 1).maximumConnections == 496)
        #expect(listener.bounded(byDescriptors: 20, components: 2).maximumConnections == 1)
        let few = ListenerConfiguration(port: 0, maximumConnections: 7)
        #expect(few.bounded(byDescriptors: 1_024, components: 2).maximumConnections == 7)
    }
}

@Suite("Room that requests share")
struct SharedRoomTests {
    @Test("Who comes first is let in first, and what is larger than the room waits until it is alone")
    func inTurn() throws {
        var ledger = SharedRoom.Ledger(size: 100)
        #expect(ledger.take(60, holding: 0) == nil)
        let largeWish = ledger.take(1_000, holding: 0)
        let large = try #require(largeWish)
        // It would fit, but somebody waits already.
        let smallWish = ledger.take(10, holding: 0)
        let small = try #require(smallWish)
        #expect(ledger.give(60) == [large])
        #expect(ledger.taken == 1_000)
        #expect(ledger.give(1_000) == [small])
        #expect(ledger.taken == 10)
    }

    @Test("Who has some is given more before those that have none")
    func growth() throws {
        var ledger = SharedRoom.Ledger(size: 100)
        #expect(ledger.take(50, holding: 0) == nil)
        #expect(ledger.take(40, holding: 0) == nil)
        let newcomerWish = ledger.take(20, holding: 0)
        let newcomer = try #require(newcomerWish)
        #expect(ledger.take(10, holding: 50) == nil)
        let grownWish = ledger.take(30, holding: 60)
        let grown = try #require(grownWish)
        #expect(ledger.give(40) == [grown])
        #expect(ledger.taken == 90)
        #expect(ledger.withdraw(newcomer) == true)
        #expect(ledger.withdraw(newcomer) == false)
        // Alone, it may be as large as it is.
        #expect(ledger.take(500, holding: 90) == nil)
        #expect(ledger.give(590) == [])
        #expect(ledger.taken == 0)
    }

    @Test("Who waits in vain is refused, and takes nothing")
    func inVain() async throws {
        let room = SharedRoom(size: 10, patience: .milliseconds(20))
        try await room.take(10)
        let error = await #expect(throws: LIFError.self) { try await room.take(1) }
        #expect(error?.code == .overloaded && error?.isRetryable == true)
        room.give(10)
        try await room.take(10)
        let cancelled = Task { try await room.take(1) }
        cancelled.cancel()
        await #expect(throws: (any Error).self) { try await cancelled.value }
        room.give(10)
        #expect(try await room.inPlace { 7 } == 7)
    }
}
