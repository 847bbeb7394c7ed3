import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFSQLite

@Suite struct StorageFaultTests {
    private let folder: TemporaryFolder
    private let database: LIFDatabase

    init() throws {
        folder = try TemporaryFolder()
        database = try LIFDatabase(folder: folder.url, busyTimeout: 0.1, mounts: "")
    }

    private static let secret = "learner-100001"

    private static func outcome(bytes: Int) -> Outcome {
        let text = RawJSON(.array([.string(secret + String(repeating: "x", count: bytes))]))
        let content = FragmentContent(items: text, count: 1, isScalar: false)
        return Outcome(
            .data([Fragment(path: FragmentPath(entity: "Name"), content: content)]), finishedAt: Date(), duration: .zero
        )
    }

    private func fillDisk() async throws {
        try await database.write { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + 8)")
        }
    }

    @Test("A store in which no write can begin says what is wrong, and not that somebody holds its lock")
    func notReady() async throws {
        try await database.write { try $0.execute(sql: "PRAGMA query_only = ON") }
        for _ in 0..<2 {
            let error = await #expect(throws: LIFError.self) { try await database.checkReady() }
            #expect(error?.code == .outputWriteException && error?.message.contains("read-only") == true)
        }
        #expect(database.lockWait == nil)
        try await database.close()
    }

    @Test("On a full disk a write fails with what to do, what is kept stays, and writes go on when there is room")
    func fullDisk() async throws {
        let queue = OpenedOutputQueue(SQLiteJournal(database))
        let job = JobID()
        _ = try await queue.write(Self.outcome(bytes: 10), job: job, part: 0, fence: 1)
        try await fillDisk()
        let error = await #expect(throws: LIFError.self) {
            try await queue.write(Self.outcome(bytes: 1 << 20), job: job, part: 1, fence: 1)
        }
        #expect(error?.code == .outputWriteException)
        #expect(error?.message.contains("disk is full") == true)
        #expect(error?.message.contains(Self.secret) == false)
        #expect(error?.cause is DatabaseError)
        #expect(try await queue.outcomes(of: job).count == 1)
        try await database.write { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1000000") }
        #expect(try await queue.write(Self.outcome(bytes: 1 << 20), job: job, part: 1, fence: 1))
    }

    @Test("A write that finds no room does not fail those that were to be committed with it")
    func fullDiskFailsOnlyTheLargeOne() async throws {
        try await fillDisk()
        let queue = OpenedOutputQueue(SQLiteJournal(database))
        let job = JobID()
        let gate = Gate()
        let database = database
        // Holds the writer until all others wait behind it, so that they make one group.
        let holds = Gate()
        async let holding: Void = database.write { _ in
            holds.open()
            while !gate.isOpen { usleep(1_000) }
        }
        try await holds.wait()
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for part in 0..<6 {
                group.addTask {
                    let size = part == 3 ? 1 << 20 : 10
                    return (
                        part,
                        (try? await queue.write(Self.outcome(bytes: size), job: job, part: part, fence: 1)) == true
                    )
                }
            }
            while database.waitingWrites < 6 { await Task.yield() }
            gate.open()
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        try await holding
        #expect(results == [0: true, 1: true, 2: true, 3: false, 4: true, 5: true])
        #expect(Set(try await queue.outcomes(of: job).keys) == [0, 1, 2, 4, 5])
    }

    @Test("A write that fails is undone alone: those committed with it stay")
    func failingWriteIsUndoneAlone() async throws {
        struct Refused: Error {}
        let queue = OpenedOutputQueue(SQLiteJournal(database))
        let job = JobID()
        let database = database
        let kept = await withTaskGroup(of: Void.self) { group in
            for part in 0..<50 {
                group.addTask {
                    if part.isMultiple(of: 5) {
                        try? await database.write { database in
                            try database.execute(
                                sql:
                                    "INSERT INTO job_log (job_id, at, level, event, message) VALUES (?, 0, '', '', '')",
                                arguments: ["\(part)"])
                            throw Refused()
                        }
                    } else {
                        _ = try? await queue.write(Self.outcome(bytes: 10), job: job, part: part, fence: 1)
                    }
                }
            }
            await group.waitForAll()
            return try? await queue.outcomes(of: job).count
        }
        #expect(kept == 40)
        let undone = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM job_log") }
        #expect(undone == 0)
    }

    @Test("A read-only store refuses writes with what to do, and is still read")
    func readOnly() async throws {
        let jobs = JobStore(database)
        let requests = ProcessedRequestStore(database)
        let kept = try await jobs.accept(Job.sample(key: "kept"))
        try await database.write { try $0.execute(sql: "PRAGMA query_only = ON") }
        let accepting = await #expect(throws: LIFError.self) { try await jobs.accept(Job.sample(key: Self.secret)) }
        #expect(accepting?.code == .jobPostException)
        #expect(accepting?.message.contains("read-only") == true)
        #expect(accepting?.message.contains(Self.secret) == false)
        let query = LIFQuery(
            learners: [LearnerIdentifier(identifier: Self.secret, identifierType: "A")], selectedFields: [])
        let writing = await #expect(throws: LIFError.self) {
            try await requests.accept(ProcessedRequest(query: query, acceptedAt: Date(), holder: HolderID()))
        }
        #expect(writing?.code == .outputWriteException)
        #expect(writing.map { "\($0)" }?.contains(Self.secret) == false)
        #expect(try await jobs.jobs(JobFilter()) == [kept])
    }

    @Test("A store that another process holds is not available, and trying again may help")
    func busy() async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(
            path: folder.file("lif.sqlite").path(percentEncoded: false), configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let queue = OpenedOutputQueue(SQLiteJournal(database))
        let error = await #expect(throws: LIFError.self) {
            try await queue.write(Self.outcome(bytes: 10), job: JobID(), part: 0, fence: 1)
        }
        #expect(error?.code == .outputQueueNotAvailableException)
        #expect(error?.isRetryable == true)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await queue.write(Self.outcome(bytes: 10), job: JobID(), part: 0, fence: 1))
    }

    @Test("A row that no version has written is a read error, not a crash")
    func damagedRows() async throws {
        let job = JobID()
        try await database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run (
                        id, kind, accepted_at, expected_parts, started_at, holder, epoch, is_unannounced, document
                    ) VALUES (?, 'job', 0, 1, 0, ?, 1, 0, x'7B')
                    """, arguments: [job.text, HolderID().text])
            try database.execute(
                sql: """
                    INSERT INTO part (
                        run, position, grp, ordinal, path, source, outcome, items, learner_known, data
                    ) SELECT position, 1, 0, 0, '', '', 'data', 1, 1, ? FROM run
                    """, arguments: [Data(#"[{"path]"#.utf8)])
        }
        let outcome = await #expect(throws: LIFError.self) {
            try await OpenedOutputQueue(SQLiteJournal(database)).outcomes(of: job)
        }
        #expect(outcome?.code == .outputReadException)
        let plan = await #expect(throws: LIFError.self) { try await JobStore(database).job(job) }
        #expect(plan?.code == .outputReadException)
    }

    @Test("After some commits the WAL is copied into the file, while the store stays open")
    func checkpoints() async throws {
        let queue = OpenedOutputQueue(SQLiteJournal(database))
        let file = folder.file("lif.sqlite")
        let before = try Data(contentsOf: file).count
        // The last one comes after the checkpoint has been asked for.
        for part in 0...GroupCommitWriter.checkpointInterval {
            _ = try await queue.write(Self.outcome(bytes: 4_000), job: JobID(), part: part, fence: 1)
        }
        try await database.checkpointed()
        let grown = try Data(contentsOf: file).count - before
        #expect(grown > GroupCommitWriter.checkpointInterval / 2 * 4_000)
    }
}
