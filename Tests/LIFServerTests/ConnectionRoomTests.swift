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

    @Test("A body is too slow when less comes than its least rate, and what came fast earlier does not make up for it")
    func rate() throws {
        let start = ContinuousClock.now
        var rate = MinimumUploadRate(grace: .seconds(20))
        #expect(rate.patience(at: start) == nil)
        rate.expectMore(at: start)
        rate.expectMore(at: start + .seconds(5))
        #expect(rate.patience(at: start + .seconds(5)) == .seconds(15))
        rate.receive(2_048, at: start + .seconds(19))
        // What passes while the server does not ask is not the client's.
        #expect(rate.patience(at: start + .seconds(100)) == nil)
        rate.expectMore(at: start + .seconds(100))
        #expect(rate.patience(at: start + .seconds(100)) == .seconds(3))
        #expect(rate.patience(at: start + .seconds(103)) == .zero)
        rate.receive(4 << 20, at: start + .seconds(101))
        rate.expectMore(at: start + .seconds(101))
        #expect(rate.patience(at: start + .seconds(101)) == .seconds(20))
        rate.receive(1, at: start + .seconds(130))
        rate.expectMore(at: start + .seconds(130))
        let late = try #require(rate.patience(at: start + .seconds(130)))
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
