import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFSQLite

@Suite struct LIFDatabaseTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let job = Job.sample()

    @Test("The writer waits for the disk at each commit")
    func synchronousIsFull() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let (synchronous, journal) = try await database.write { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                try String.fetchOne(database, sql: "PRAGMA journal_mode")
            )
        }
        #expect(synchronous == 2)
        #expect(journal == "wal")
    }

    @Test("A schema that somebody else wrote into the file calls no functions that do something, whoever opens it")
    func schemaIsNotTrusted() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let sql = "PRAGMA trusted_schema"
        #expect(try await database.write { try Int.fetchOne($0, sql: sql) } == 0)
        #expect(try await database.read { try Int.fetchOne($0, sql: sql) } == 0)
    }

    @Test("Folder and files are their owner's only")
    func filesArePrivate() async throws {
        let state = folder.file("a/b")
        let database = try LIFDatabase(folder: state)
        _ = try await JobStore(database).accept(Self.job)
        #expect(try folder.mode(of: "a/b") == 0o700)
        for suffix in ["", "-wal", "-shm"] {
            #expect(try folder.mode(of: "a/b/lif.sqlite\(suffix)") == 0o600)
        }
    }

    @Test("A file that others may read is made private again")
    func filesBecomePrivate() async throws {
        try await LIFDatabase(folder: folder.url).close()
        let path = folder.file("lif.sqlite").path(percentEncoded: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let database = try LIFDatabase(folder: folder.url)
        for suffix in ["", "-wal", "-shm"] { #expect(try folder.mode(of: "lif.sqlite\(suffix)") == 0o600) }
        try await database.close()
    }

    @Test("A folder on a network file system is refused with what to do")
    func refusesNetworkFolders() throws {
        let mounts = "1 0 0:1 / / rw - nfs4 files:/ rw"
        let error = #expect(throws: LIFError.self) {
            try LIFDatabase(folder: folder.url, busyTimeout: 1, mounts: mounts)
        }
        #expect(error?.code == .configurationNotValid)
        #expect(error?.message.contains("nfs4") == true)
        #expect(error?.message.contains("local disk") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file("lif.sqlite").path(percentEncoded: false)))
    }

    @Test("What was acknowledged is in the files, without closing")
    func acknowledgedIsDurable() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let jobs = (0..<50).map { _ in Job.sample() }
        let store = JobStore(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in jobs { group.addTask { _ = try await store.accept(job) } }
            try await group.waitForAll()
        }
        // As after a kill: the file and its WAL, and no shared memory.
        let copy = try TemporaryFolder()
        for name in ["lif.sqlite", "lif.sqlite-wal"] {
            try FileManager.default.copyItem(at: folder.file(name), to: copy.file(name))
        }
        let kept = try await JobStore(LIFDatabase(folder: copy.url)).jobs(JobFilter(limit: 1_000))
        #expect(Set(kept.map(\.id)) == Set(jobs.map(\.id)))
    }

    @Test("Closing leaves one file that holds everything, and what is asked later fails")
    func closing() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let store = JobStore(database)
        _ = try await store.accept(Self.job)
        async let last = store.accept(Job.sample())
        _ = try await last
        try await database.close()
        try await database.close()
        let wal = folder.file("lif.sqlite-wal").path(percentEncoded: false)
        #expect(!FileManager.default.fileExists(atPath: wal))
        let error = await #expect(throws: LIFError.self) { try await store.accept(Self.job) }
        #expect(error?.code == .jobPostException)
        await #expect(throws: LIFError.self) { try await store.jobs(JobFilter()) }
        #expect(try await JobStore(LIFDatabase(folder: folder.url)).jobs(JobFilter(limit: 1_000)).count == 2)
    }

    @Test("Writes that wait when the store is closed are still committed, also when the closing task is cancelled")
    func closingCommitsWhatWaits() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let store = JobStore(database)
        let begun = Tally()
        let accepted = await withTaskGroup(of: JobID?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    begun.add()
                    return try? await store.accept(Job.sample()).id
                }
            }
            try? await begun.wait(for: 50)
            let closing = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await database.close()
            }
            _ = await closing.result
            return await group.reduce(into: Set<JobID>()) { ids, id in id.map { _ = ids.insert($0) } }
        }
        let kept = try await JobStore(LIFDatabase(folder: folder.url)).jobs(JobFilter(limit: 1_000))
        #expect(Set(kept.map(\.id)) == accepted)
    }

    @Test("A folder that cannot be made is a mistake in the configuration")
    func refusesImpossibleFolder() throws {
        try Data().write(to: folder.file("file"))
        let error = #expect(throws: LIFError.self) { try LIFDatabase(folder: folder.file("file/state")) }
        #expect(error?.code == .configurationNotValid)
    }

    @Test("Reading a damaged page is a read error with what to do, and its message holds no value")
    func readsDamagedPage() async throws {
        var database = try LIFDatabase(folder: folder.url)
        for _ in 0..<200 {
            _ = try await JobStore(database).accept(
                Job.sample(key: JobID().text, source: String(repeating: "x", count: 4_000)))
        }
        try await database.close()
        var bytes = try Data(contentsOf: folder.file("lif.sqlite"))
        // All but the schema's page and those that opening reads.
        let start = bytes.count / 2
        bytes.replaceSubrange(start..., with: Data(repeating: 0xFF, count: bytes.count - start))
        try bytes.write(to: folder.file("lif.sqlite"))
        database = try LIFDatabase(folder: folder.url)
        let error = await #expect(throws: LIFError.self) {
            try await JobStore(database).jobs(JobFilter(limit: 1_000))
        }
        #expect(error?.code == .outputReadException)
        #expect(error?.message.contains("damaged") == true)
    }
}
