import Foundation
import LIFTesting
import Synchronization
import Testing

@testable import LIFSQLite

@Suite struct WriteTurnTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.url.path(percentEncoded: false)
    }

    private final class Order: Sendable {
        let names = Mutex<[String]>([])
        func note(_ name: String) { names.withLock { $0.append(name) } }
    }

    /// Whether someone holds the lock.
    private func isTaken(_ name: String) -> Bool {
        FileLock(at: folder.file(name).path(percentEncoded: false), waiting: 0) == nil
    }

    @Test("A process that writes again and again lets one that waits write in between")
    func byTurns() async throws {
        let (one, other) = (WriteTurn(folder: path), WriteTurn(folder: path))
        let order = Order()
        let isDone = Tally()
        one.take {
            order.note("one")
            Thread.detachNewThread {
                other.take { order.note("other") }
                isDone.add()
            }
            // Until the other stands in the anteroom.
            for _ in 0..<100_000 where !isTaken(WriteTurn.names[0]) { usleep(100) }
        }
        one.take { order.note("one again") }
        try await isDone.wait(for: 1)
        #expect(order.names.withLock { $0 } == ["one", "other", "one again"])
    }

    @Test("Who writes has the room and leaves the anteroom to the next, and afterwards leaves both")
    func leaves() {
        let turn = WriteTurn(folder: path)
        for _ in 0..<2 {
            var taken: [Bool] = []
            turn.take { taken = WriteTurn.names.map(isTaken) }
            #expect(taken == [false, true])
            #expect(WriteTurn.names.map(isTaken) == [false, false])
        }
    }

    @Test("One writes at a time")
    func oneAtATime() {
        let path = path
        let busy = Mutex(0)
        let most = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            let turn = WriteTurn(folder: path)
            for _ in 0..<50 {
                turn.take {
                    let count = busy.withLock { count in
                        count += 1
                        return count
                    }
                    most.withLock { $0 = max($0, count) }
                    busy.withLock { $0 -= 1 }
                }
            }
        }
        #expect(most.withLock { $0 } == 1)
    }

    @Test("A process that was stopped in the middle holds nobody up for long")
    func stopped() throws {
        let turn = WriteTurn(folder: path)
        let held = try WriteTurn.names.map { name in
            try #require(FileLock(at: folder.file(name).path(percentEncoded: false), waiting: 0))
        }
        let order = Order()
        turn.take { order.note("written") }
        #expect(order.names.withLock { $0 } == ["written"])
        withExtendedLifetime(held) {}
    }
}
