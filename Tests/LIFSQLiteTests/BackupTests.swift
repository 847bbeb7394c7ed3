import Foundation
import GRDB
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import TestProcesses
import Testing

@testable import LIFSQLite

@Suite struct BackupTests {
    private let folder: TemporaryFolder
    /// Where backups are put.
    private let shelf: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        shelf = try TemporaryFolder()
    }

    private func names(in folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false)).sorted()
    }

    @Test("A backup while others write is one state of the store, whole, and its owner's only")
    func whileOthersWrite() async throws {
        let (database, other) = (try LIFDatabase(folder: folder.url), try LIFDatabase(folder: folder.url))
        let queue = OpenedOutputQueue(SQLiteJournal(other))
        let job = JobID()
        let written = Tally()
        let (first, second) = (shelf.file("first"), shelf.file("second"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Each outcome comes in the order of its part, so that a state has no gaps.
            group.addTask {
                for part in 0..<100_000 {
                    if Task.isCancelled { return }
                    _ = try await queue.write(Self.outcome(bytes: 5_000), job: job, part: part, fence: 1)
                    written.add()
                }
            }
            try await written.wait(for: 30)
            try await database.backup(to: first)
            let count = written.count
            try await written.wait(for: count + 10)
            try await database.backup(to: second)
            group.cancelAll()
        }
        #expect(try names(in: shelf) == ["first", "second"])
        var counts: [Int] = []
        for file in [first, second] {
            #expect(try shelf.mode(of: file.lastPathComponent) == 0o600)
            let home = try TemporaryFolder()
            #expect(try LIFDatabase.restore(from: file, to: home.url) == nil)
            #expect(try home.mode(of: "lif.sqlite") == 0o600)
            let restored = try LIFDatabase(folder: home.url)
            let parts = try await OpenedOutputQueue(SQLiteJournal(restored)).progress(of: job).keys.sorted()
            #expect(parts == Array(0..<parts.count))
            #expect(try await restored.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
            counts.append(parts.count)
            try await restored.close()
        }
        #expect(counts[0] >= 30)
        #expect(counts[1] >= counts[0] + 10)
    }

    static func outcome(bytes: Int) throws -> Outcome {
        let items = try raw("[\"\(String(repeating: "x", count: bytes))\"]")
        let content = FragmentContent(items: items, count: 1, isScalar: false)
        return Outcome(
            .data([Fragment(path: FragmentPath(entity: "Name"), content: content)]),
            finishedAt: Date(timeIntervalSinceReferenceDate: 0), duration: .zero)
    }

    @Test("A file that is there is replaced only when that is allowed, and the store itself never")
    func overwriting() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let file = shelf.file("backup")
        try Data("kept".utf8).write(to: file)
        let error = await #expect(throws: LIFError.self) { try await database.backup(to: file) }
        #expect(error?.code == .configurationNotValid)
        #expect(error?.message.contains("--overwrite") == true)
        #expect(try Data(contentsOf: file) == Data("kept".utf8))
        try await database.backup(to: file, overwriting: true)
        try StoreCopy(file.path(percentEncoded: false)).check()
        let own = await #expect(throws: LIFError.self) {
            try await database.backup(to: folder.file("lif.sqlite"), overwriting: true)
        }
        #expect(own?.code == .configurationNotValid)
        try await database.checkReady()
    }

    @Test("A backup that cannot be written leaves nothing behind")
    func leavesNothing() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let error = await #expect(throws: LIFError.self) { try await database.backup(to: shelf.file("no/backup")) }
        #expect(error?.code == .configurationNotValid)
        try await database.close()
        await #expect(throws: LIFError.self) { try await database.backup(to: shelf.file("backup")) }
        #expect(try names(in: shelf).isEmpty)
    }

    @Test(
        "On a full disk a backup fails with what to do, and leaves nothing behind",
        .enabled(if: SmallDisk.isPossible, "mounting a small disk takes the rights of an administrator"))
    func fullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 1)
        try FileManager.default.createDirectory(at: disk.state, withIntermediateDirectories: true)
        let database = try LIFDatabase(folder: folder.url)
        for part in 0..<20 {
            _ = try await OpenedOutputQueue(SQLiteJournal(database)).write(
                try Self.outcome(bytes: 100_000), job: JobID(), part: part, fence: 1)
        }
        let error = await #expect(throws: LIFError.self) {
            try await database.backup(to: disk.state.appending(path: "backup"))
        }
        #expect(error?.code == .outputWriteException)
        #expect(error?.message.contains("disk is full") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.state.path(percentEncoded: false)).isEmpty)
    }
}
