import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFSQLite

/// Work that an earlier version accepted is carried over.
@Suite struct MigrationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let items = #"[{"firstName":"Ré"},{"firstName":"\u00e9"}]"#
    private static let row = #"[{"path":"Name","count":2,"scalar":false,"items":"# + items + "}]"

    private static func data(at seconds: Double) throws -> Outcome {
        let content = FragmentContent(
            items: try RawJSON(validating: Array(items.utf8)), count: 2, isScalar: false)
        return Outcome(
            .data([Fragment(path: FragmentPath(entity: "Name"), content: content)]),
            finishedAt: Date(timeIntervalSinceReferenceDate: seconds), duration: .milliseconds(1_500),
            dataTimestamp: Date(timeIntervalSinceReferenceDate: 5.25))
    }

    private static func failed(at seconds: Double) -> Outcome {
        Outcome(
            .failed(Failure(.timeout, "late")), finishedAt: Date(timeIntervalSinceReferenceDate: seconds),
            duration: .milliseconds(1_500))
    }

    @Test("An unfinished job of version 1 is claimed with what has landed, goes on and ends")
    func unfinishedJob() async throws {
        let old = try VersionOneStore(folder: folder.url)
        let job = Job.sample(key: "key", source: "org \"1\"", at: 7.5)
        try old.accept(job, isFinished: false)
        try old.file(try Self.data(at: 20), job: job.id, part: 1, fragments: Self.row)
        try old.file(Self.failed(at: 10), job: job.id, part: 0)
        try old.close()

        let database = try LIFDatabase(folder: folder.url)
        let (jobs, queue) = (SQLiteJobStore(database), SQLiteOutputQueue(database))
        let own = HolderID()
        let claimed = try await jobs.claim(for: own, living: [own], limit: 100)
        #expect(claimed.map(\.submission) == [job.submission])
        #expect(claimed.map(\.id) == [job.id])
        #expect(claimed.map(\.acceptedAt) == [job.acceptedAt])
        #expect(claimed.map(\.holder) == [own])
        #expect(try await queue.outcomes(of: job.id) == [0: Self.failed(at: 10), 1: try Self.data(at: 20)])
        #expect(try await queue.progress(of: job.id)[1]?.items == 2)
        let landed = try await queue.landed(of: job.id, after: 0, limit: 9)
        #expect(landed.map(\.part) == [0, 1])
        #expect(try await !queue.write(Self.failed(at: 30), job: job.id, part: 1, fence: 2))
        #expect(try await queue.write(Self.failed(at: 30), job: job.id, part: 2, fence: 2))
        #expect(try await queue.landed(of: job.id, after: landed.last?.position ?? 0, limit: 9).map(\.part) == [2])
        #expect(try await jobs.accept(Job.sample(key: "key")).id == job.id)
        #expect(try await jobs.jobs(JobFilter(source: "org \"1\"")).map(\.id) == [job.id])
        #expect(try await jobs.finish(job.id, status: .completed, at: Date()))
    }

    @Test("A finished job of version 1 keeps its end, its status by its outcomes, and its place in the list")
    func finishedJobs() async throws {
        let old = try VersionOneStore(folder: folder.url)
        let jobs = (0..<3).map { Job.sample(at: Double($0)) }
        for job in jobs { try old.accept(job, isFinished: true) }
        try old.file(Self.failed(at: 11), job: jobs[0].id, part: 0)
        try old.file(Self.failed(at: 12), job: jobs[1].id, part: 0)
        try old.file(try Self.data(at: 10), job: jobs[1].id, part: 1, fragments: Self.row)
        try old.close()

        let store = SQLiteJobStore(try LIFDatabase(folder: folder.url))
        let kept = try await store.jobs(JobFilter())
        #expect(kept.map(\.id) == jobs.reversed().map(\.id))
        #expect(kept.map(\.finalStatus) == [.completed, .completed, .failed])
        #expect(kept.map { $0.finishedAt?.timeIntervalSinceReferenceDate } == [2, 12, 11])
        #expect(try await store.claim(for: HolderID(), living: [], limit: 100).isEmpty)
    }

    @Test("A damaged plan of version 1 keeps no other job from going on")
    func damagedPlan() async throws {
        let old = try VersionOneStore(folder: folder.url)
        let jobs = (0..<2).map { Job.sample(at: Double($0)) }
        for job in jobs { try old.accept(job, isFinished: false) }
        try old.damage(jobs[0].id)
        try old.file(try Self.data(at: 10), job: jobs[0].id, part: 0, fragments: #"[{"path"#)
        try old.close()

        let store = SQLiteJobStore(try LIFDatabase(folder: folder.url))
        #expect(try await store.claim(for: HolderID(), living: [], limit: 100).map(\.id) == [jobs[1].id])
        let error = await #expect(throws: LIFError.self) { try await store.job(jobs[0].id) }
        #expect(error?.code == .outputReadException)
    }

    @Test("Processes that open a folder at the same time find one store")
    func openedAtTheSameTime() async throws {
        // Each time the chance is good that two come upon each other.
        for _ in 0..<12 {
            let folder = try TemporaryFolder()
            let databases = try Self.openAtTheSameTime(folder.url)
            let job = try await SQLiteJobStore(databases[0]).accept(.sample())
            for database in databases {
                #expect(try await SQLiteJobStore(database).jobs(JobFilter()) == [job])
            }
        }
    }

    @Test("Processes that open a store of version 1 at the same time find all that it held")
    func openedAnOldStoreAtTheSameTime() async throws {
        let old = try VersionOneStore(folder: folder.url)
        let job = Job.sample()
        try old.accept(job, isFinished: false)
        try old.close()
        for database in try Self.openAtTheSameTime(folder.url) {
            #expect(try await SQLiteJobStore(database).jobs(JobFilter()).map(\.id) == [job.id])
        }
    }

    @Test("A store of an earlier version stays as it is while a server of that version works on it")
    func formerServer() async throws {
        let old = try VersionOneStore(folder: folder.url)
        let job = Job.sample()
        try old.accept(job, isFinished: false)
        try old.close()
        let file = folder.url.appending(path: "planner.lock").path(percentEncoded: false)
        let server = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        #expect(flock(server, LOCK_EX | LOCK_NB) == 0)
        let error = #expect(throws: LIFError.self) { try LIFDatabase(folder: folder.url) }
        #expect(error?.code == .outputQueueNotAvailableException)
        #expect(error?.message.contains("Stop it first") == true)
        let path = folder.url.appending(path: LIFDatabase.fileName).path(percentEncoded: false)
        let applied = try await DatabaseQueue(path: path).read {
            try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations")
        }
        #expect(applied.allSatisfy { $0.hasPrefix("1 ") })
        close(server)
        let database = try LIFDatabase(folder: folder.url)
        #expect(try await SQLiteJobStore(database).jobs(JobFilter()).map(\.id) == [job.id])
        try await database.close()
    }

    @Test("A store of this version is opened whatever holds the lock of earlier servers; so is a new one")
    func noFormerStore() throws {
        let file = folder.url.appending(path: "planner.lock").path(percentEncoded: false)
        let server = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        defer { close(server) }
        #expect(flock(server, LOCK_EX | LOCK_NB) == 0)
        for _ in 0..<2 { _ = try LIFDatabase(folder: folder.url) }
    }

    /// On threads of their own: tasks would take turns.
    private static func openAtTheSameTime(_ folder: URL) throws -> [LIFDatabase] {
        let opened = Mutex<[Result<LIFDatabase, any Error>]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            let result = Result { try LIFDatabase(folder: folder) }
            opened.withLock { $0.append(result) }
        }
        return try opened.withLock { try $0.map { try $0.get() } }
    }
}
