import Foundation
import GRDB
import LIFModel
import LIFStores
import LIFTesting
import Synchronization
import Testing

@testable import LIFSQLite

@Suite("The processes on a store share what they have seen of the clock")
struct RetentionClockTests {
    /// A machine whose time of day can be moved.
    private final class Machine: Sendable {
        private let state = Mutex((passed: 0.0, ahead: 0.0))

        func advance(_ seconds: Double, ahead: Double? = nil) {
            state.withLock { state in
                state.passed += seconds
                state.ahead = ahead ?? state.ahead
            }
        }

        var reading: ClockReading {
            state.withLock { state in
                ClockReading(
                    wall: Date(timeIntervalSince1970: 1_800_000_000 + state.passed + state.ahead),
                    sinceBoot: .seconds(state.passed), boot: "boot")
            }
        }
    }

    private final class Told: Sendable {
        private let changes = Mutex<[ClockTrust.Change]>([])
        var all: [ClockTrust.Change] { changes.withLock { $0 } }
        func tell(_ change: ClockTrust.Change) { changes.withLock { $0.append(change) } }
    }

    private let folder: TemporaryFolder
    private let machine = Machine()

    init() throws { folder = try TemporaryFolder() }

    private func clock(_ database: LIFDatabase, _ told: Told = Told()) -> StoreRetentionClock {
        StoreRetentionClock(
            SQLiteStoreDatabase(database: database, leases: nil), read: { machine.reading }, changed: told.tell)
    }

    @Test("A move that another process has seen pauses this one too, also when the clock was set right since")
    func shared() async throws {
        let databases = [try LIFDatabase(folder: folder.url), try LIFDatabase(folder: folder.url)]
        let told = [Told(), Told()]
        let clocks = zip(databases, told).map { clock($0, $1) }
        for clock in clocks { #expect(await clock.timeForRemoval() == machine.reading.wall) }
        machine.advance(10, ahead: 31 * 86_400)
        #expect(await clocks[0].timeForRemoval() == nil)
        machine.advance(13, ahead: 0)
        #expect(await clocks[1].timeForRemoval() == nil)
        #expect(await clocks[0].timeForRemoval() == nil)
        #expect(clocks[0].steadyFor == .zero)
        #expect(told[0].all == [.moved(.seconds(31 * 86_400))])
        #expect(told[1].all == [.moved(.seconds(-31 * 86_400))])
        for _ in 0..<24 {
            machine.advance(3_600)
            _ = await clocks[1].timeForRemoval()
        }
        for clock in clocks { #expect(await clock.timeForRemoval() == machine.reading.wall) }
        for told in told { #expect(told.all.last == .isSteadyAgain) }
        for database in databases { try await database.close() }
    }

    @Test("Moves that are small for each process that looks are seen when they add up")
    func sum() async throws {
        let databases = [try LIFDatabase(folder: folder.url), try LIFDatabase(folder: folder.url)]
        for (turn, ahead) in [0.0, 2_000, 3_000].enumerated() {
            machine.advance(100, ahead: ahead)
            #expect(await clock(databases[turn % 2]).timeForRemoval() == machine.reading.wall)
        }
        machine.advance(100, ahead: 4_000)
        #expect(await clock(databases[1]).timeForRemoval() == nil)
        for database in databases { try await database.close() }
    }

    @Test("A process that was held up by another one's look does not bring an older reading after it")
    func heldUp() async throws {
        let (database, other) = (try LIFDatabase(folder: folder.url), try LIFDatabase(folder: folder.url))
        let clock = clock(database)
        _ = await clock.timeForRemoval()
        machine.advance(100)
        let (isHeld, mayGoOn) = (Gate(), DispatchSemaphore(value: 0))
        async let look: Void = other.write { [machine] database in
            isHeld.open()
            mayGoOn.wait()
            machine.advance(100)
            let reading = machine.reading
            try database.change(
                "UPDATE clock SET wall = ?, monotonic = ?", [reading.wall.column, reading.sinceBoot.inSeconds])
        }
        try await isHeld.wait()
        async let held = clock.timeForRemoval()
        try await eventually("it waits for the lock") { database.lockWait != nil }
        mayGoOn.signal()
        try await look
        #expect(await held == machine.reading.wall)
        for database in [database, other] { try await database.close() }
    }

    @Test("A process that starts with the clock ahead of, or behind, what the store has seen removes nothing")
    func restarted() async throws {
        for ahead in [3_700.0, -100.0] {
            let first = try LIFDatabase(folder: folder.url)
            try await clock(first).confirm()
            try await first.close()
            machine.advance(600, ahead: ahead)
            let told = Told()
            let second = try LIFDatabase(folder: folder.url)
            let clock = clock(second, told)
            #expect(await clock.timeForRemoval() == nil)
            #expect(told.all.count == 1)
            // Someone confirms it in a process of their own.
            try await self.clock(second).confirm()
            #expect(await clock.timeForRemoval() == machine.reading.wall)
            #expect(told.all.last == .isSteadyAgain)
            try await second.close()
        }
    }

    @Test("Looking again soon writes nothing")
    func quiet() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let other = try LIFDatabase(folder: folder.url)
        let clock = clock(database)
        _ = await clock.timeForRemoval()
        let version = try other.watch { try SQLiteFragmentStore.dataVersion($0) }
        for _ in 0..<5 {
            machine.advance(10)
            #expect(await clock.timeForRemoval() == machine.reading.wall)
        }
        #expect(try other.watch { try SQLiteFragmentStore.dataVersion($0) } == version)
        for database in [database, other] { try await database.close() }
    }

    @Test("A store that cannot be read lets nothing be removed")
    func closed() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let clock = clock(database)
        try await database.close()
        #expect(await clock.timeForRemoval() == nil)
    }

    @Test("The clock since the machine's start goes on")
    func current() {
        let (first, second) = (ClockReading.current, ClockReading.current)
        #expect(first.boot == second.boot && !first.boot.isEmpty)
        #expect(first.sinceBoot > .zero && first.sinceBoot <= second.sinceBoot)
    }
}
