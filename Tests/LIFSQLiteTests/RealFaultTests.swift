import Foundation
import GRDB
import LIFJournal
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import TestProcesses
import Testing

@testable import LIFSQLite

extension Trait where Self == ConditionTrait {
    fileprivate static var onSmallDisk: Self {
        .enabled(if: SmallDisk.isPossible, "mounting a small disk takes the rights of an administrator")
    }
}

/// Faults of disks and files that are provoked for real, each with the exception that it gives.
@Suite struct RealFaultTests {
    private static let secret = "learner-100001"

    private static func outcome(bytes: Int) throws -> Outcome {
        let items = try raw("[\"\(secret)\(String(repeating: "x", count: bytes))\"]")
        let content = FragmentContent(items: items, count: 1, isScalar: false)
        return Outcome(
            .data([Fragment(path: FragmentPath(entity: "Name"), content: content)]),
            finishedAt: Date(timeIntervalSinceReferenceDate: 0), duration: .zero)
    }

    /// Files outcomes until one cannot be filed.
    private static func fileUntilItFails(
        _ queue: OpenedOutputQueue, _ job: JobID, bytes: Int
    ) async throws -> (filed: Int, error: LIFError?) {
        let outcome = try outcome(bytes: bytes)
        for part in 0..<10_000 {
            do {
                _ = try await queue.write(outcome, job: job, part: part, fence: 1)
            } catch let error as LIFError {
                return (part, error)
            }
        }
        return (10_000, nil)
    }

    @Test("On a full disk a write fails with what to do, and nothing acknowledged is lost", .onSmallDisk)
    func fullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 4)
        let database = try LIFDatabase(folder: disk.state)
        let (jobs, queue) = (JobStore(database), OpenedOutputQueue(SQLiteJournal(database)))
        let accepted = try await jobs.accept(.sample())
        try disk.fill(leaving: 256 << 10)
        let (filed, error) = try await Self.fileUntilItFails(queue, accepted.id, bytes: 20_000)
        #expect(filed > 0)
        #expect(error?.code == .outputWriteException)
        #expect(error?.message.contains("disk is full") == true)
        #expect(error.map { "\($0)" }?.contains(Self.secret) == false)
        try disk.fill(leaving: 0)
        let accepting = await #expect(throws: LIFError.self) {
            for _ in 0..<1_000 { _ = try await jobs.accept(.sample()) }
        }
        #expect(accepting?.code == .jobPostException)
        #expect(accepting?.message.contains("disk is full") == true)
        // Reading needs no room.
        #expect(try await queue.outcomes(of: accepted.id).count == filed)
        #expect(try await jobs.job(accepted.id) == accepted)
        let listed = try await jobs.jobs(JobFilter(limit: 1_000)).count

        try disk.empty()
        #expect(try await queue.write(try Self.outcome(bytes: 20_000), job: accepted.id, part: filed, fence: 1))
        try await database.close()
        let again = try LIFDatabase(folder: disk.state)
        #expect(try await OpenedOutputQueue(SQLiteJournal(again)).outcomes(of: accepted.id).count == filed + 1)
        #expect(try await JobStore(again).jobs(JobFilter(limit: 1_000)).count == listed)
        let check = try await again.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(check == "ok")
        try await again.close()
    }

    @Test("A store cannot be made on a full disk: the output queue is not available", .onSmallDisk)
    func fullDiskAtTheStart() throws {
        let disk = try SmallDisk(mebibytes: 1)
        try disk.fill(leaving: 64 << 10)
        let error = #expect(throws: LIFError.self) { try LIFDatabase(folder: disk.state) }
        #expect(error?.code == .outputQueueNotAvailableException)
        #expect(error?.message.contains("disk is full") == true)
    }

    @Test("A store on a read-only disk is refused with what to do: the output queue is not available", .onSmallDisk)
    func readOnlyDisk() async throws {
        let disk = try SmallDisk(mebibytes: 4)
        try await LIFDatabase(folder: disk.state).close()
        try #require(disk.makeReadOnly())
        let error = #expect(throws: LIFError.self) { try LIFDatabase(folder: disk.state) }
        #expect(error?.code == .outputQueueNotAvailableException)
        #expect(error?.message.contains("right to write") == true || error?.message.contains("owns the state") == true)
    }

    @Test("A file that may not grow any more gives an error for each write that needs it, and loses nothing")
    func limitedFileSize() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let database = try LIFDatabase(folder: folder.url)
            let queue = OpenedOutputQueue(SQLiteJournal(database))
            let job = JobID()
            var limit = try FileSizeLimit(bytes: 1 << 20)
            let (filed, error) = try await Self.fileUntilItFails(queue, job, bytes: 50_000)
            try #require(filed > 0)
            try #require(error?.code == .outputWriteException)
            try #require(error?.message.contains("disk") == true)
            try #require(try await queue.outcomes(of: job).count == filed)
            limit.end()
            try #require(try await queue.write(try Self.outcome(bytes: 50_000), job: job, part: filed, fence: 1))
        }
    }

    @Test("In a file whose middle is overwritten what is damaged cannot be read or written, and the rest can be")
    func overwrittenFile() async throws {
        let folder = try TemporaryFolder()
        var database = try LIFDatabase(folder: folder.url)
        let jobs = (0..<200).map { _ in JobID() }
        for job in jobs {
            _ = try await OpenedOutputQueue(SQLiteJournal(database)).write(
                try Self.outcome(bytes: 2_000), job: job, part: 0, fence: 1)
        }
        try await database.close()
        let file = try FileHandle(forUpdating: folder.file("lif.sqlite"))
        let size = try file.seekToEnd()
        try file.seek(toOffset: size / 2 / 4_096 * 4_096)
        try file.write(contentsOf: Data(repeating: 0xFF, count: 8 * 4_096))
        try file.close()

        database = try LIFDatabase(folder: folder.url)
        let queue = OpenedOutputQueue(SQLiteJournal(database))
        var errors: [LIFError] = []
        var readable = 0
        for job in jobs {
            do {
                #expect(try await queue.outcomes(of: job) == [0: try Self.outcome(bytes: 2_000)])
                readable += 1
            } catch let error as LIFError {
                errors.append(error)
            }
        }
        #expect(readable > 0)
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0.code == .outputReadException && $0.message.contains("Restore lif.sqlite") })
        var writing: [LIFError] = []
        for job in jobs {
            do { try await SQLiteJournal(database).remove(.data, of: [job]) } catch let error as LIFError {
                writing.append(error)
            }
        }
        #expect(!writing.isEmpty)
        #expect(writing.count < jobs.count)
        #expect(writing.allSatisfy { $0.code == .outputWriteException && $0.message.contains("Restore lif.sqlite") })
    }

    @Test("A file that is removed while it is in use takes no write any more, until it is back")
    func removedFile() async throws {
        let folder = try TemporaryFolder()
        let database = try LIFDatabase(folder: folder.url)
        let (jobs, queue) = (JobStore(database), OpenedOutputQueue(SQLiteJournal(database)))
        let job = try await jobs.accept(.sample())
        let (file, elsewhere) = (folder.file("lif.sqlite"), folder.file("elsewhere"))
        try FileManager.default.moveItem(at: file, to: elsewhere)
        for replacement in [nil, Data(count: 100)] as [Data?] {
            try replacement?.write(to: file)
            let writing = await #expect(throws: LIFError.self) {
                try await queue.write(try Self.outcome(bytes: 10), job: job.id, part: 0, fence: 1)
            }
            #expect(writing?.code == .outputQueueNotAvailableException)
            #expect(writing?.message.contains("removed or replaced") == true)
            let accepting = await #expect(throws: LIFError.self) { try await jobs.accept(.sample()) }
            #expect(accepting?.code == .jobPostException)
            let checking = await #expect(throws: LIFError.self) { try await database.checkReady() }
            #expect(checking?.code == .outputQueueNotAvailableException)
        }
        try FileManager.default.removeItem(at: file)
        try FileManager.default.moveItem(at: elsewhere, to: file)
        #expect(try await queue.write(try Self.outcome(bytes: 10), job: job.id, part: 0, fence: 1))
    }

    @Test("Whether so much can be kept is tried, and nothing of the trial is left", .onSmallDisk)
    func room() async throws {
        let disk = try SmallDisk(mebibytes: 8)
        let database = try LIFDatabase(folder: disk.state)
        let requests = ProcessedRequestStore(database)
        for _ in 0..<3 { try await requests.checkRoom(for: 256 << 10) }
        try disk.fill(leaving: 64 << 10)
        let error = await #expect(throws: LIFError.self) { try await database.checkRoom(for: 256 << 10) }
        #expect(error?.code == .outputWriteException && error?.message.contains("disk is full") == true)
        await #expect(throws: LIFError.self) { try await requests.checkRoom(for: 256 << 10) }
        let left = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM room_trial") }
        #expect(left == 0)
        try await database.close()
    }
}
