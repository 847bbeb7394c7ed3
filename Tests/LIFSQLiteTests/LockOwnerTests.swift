import Foundation
import GRDB
import LIFModel
import LIFTesting
import Testing

@testable import LIFSQLite

@Suite("A store whose lock another process holds says who")
struct LockOwnerTests {
    @Test("The process is found in what the operating system reports about locks")
    func parsed() {
        let locks = """
            1: FLOCK  ADVISORY  WRITE 11 00:2f:77 0 EOF
            2: POSIX  ADVISORY  READ  12 00:2f:77 123 123
            3: POSIX  ADVISORY  WRITE 13 00:2f:78 120 120
            4: POSIX  ADVISORY  WRITE 14 00:2f:77 121 121
            4: -> POSIX  ADVISORY  WRITE 15 00:2f:77 120 120
            5: POSIX  ADVISORY  WRITE 16 00:2f:77 120 120
            6: OFDLCK ADVISORY  WRITE -1 00:2f:77 120 120
            """
        #expect(LockOwner.holder(of: 77, in: locks) == 16)
        #expect(LockOwner.holder(of: 78, in: locks) == 13)
        #expect(LockOwner.holder(of: 79, in: locks) == nil)
        #expect(LockOwner.holder(of: 77, in: "1: POSIX  ADVISORY  WRITE 21 00:2f:77 0 EOF") == 21)
        #expect(LockOwner.holder(of: 77, in: "not what is expected") == nil)
    }

    @Test(
        "A stopped process is recognised by its state, whatever its name",
        arguments: [
            ("12 (lif) T 1 12", true), ("12 (a) S (lif) t 1", true), ("12 (lif) S 1 12", false), ("", false),
            ("12 (T) R 1", false),
        ])
    func stopped(_ stat: String, _ isStopped: Bool) {
        #expect(LockOwner.isStopped(stat) == isStopped)
    }

    @Test("The fault names the process and what to do")
    func messages() {
        let stopped = StorageFault.locked(LockOwner(pid: 77, isStopped: true))
        #expect(stopped.code == .outputQueueNotAvailableException && stopped.isRetryable)
        #expect(stopped.message.contains("Process 77, which is stopped") && stopped.message.contains("kill -CONT 77"))
        #expect(StorageFault.locked(LockOwner(pid: 77, isStopped: false)).message.contains("kill -KILL 77"))
        #expect(StorageFault.locked(nil).message.hasPrefix("Another process holds the lock"))
    }

    @Test("A store that is locked is not ready within seconds, and is again as soon as it is free")
    func notReady() async throws {
        let folder = try TemporaryFolder()
        let database = try LIFDatabase(folder: folder.url)
        try await database.checkReady()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.file("lif.sqlite").path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let start = ContinuousClock.now
        let error = await #expect(throws: LIFError.self) { try await database.checkReady() }
        #expect(ContinuousClock.now - start < .seconds(6))
        #expect(error?.code == .outputQueueNotAvailableException)
        #expect(error?.message.contains("Process \(getpid()) holds the lock") == true)
        let again = ContinuousClock.now
        await #expect(throws: LIFError.self) { try await database.checkReady() }
        #expect(ContinuousClock.now - again < .seconds(2), "what is known is said at once")
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await eventually("it is ready again") { (try? await database.checkReady()) != nil }
        try await database.close()
    }
}
