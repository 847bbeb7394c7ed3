import Foundation
import GRDB
import LIFModel
import LIFTesting
import Testing

@testable import LIFSQLite
@testable import LIFWorkflow

@Suite struct JobLogTests {
    private let folder: TemporaryFolder
    private let database: LIFDatabase

    init() throws {
        folder = try TemporaryFolder()
        database = try LIFDatabase(folder: folder.url)
    }

    private static func entry(_ job: JobID, _ number: Int) -> JobLogEntry {
        JobLogEntry(
            job: job, at: Date(timeIntervalSinceReferenceDate: Double(number)), event: "landed", message: "\(number)")
    }

    private func kept(_ job: JobID) async throws -> [String] {
        try await database.read { database in
            try String.fetchAll(
                database, sql: "SELECT message FROM job_log WHERE job_id = ? ORDER BY position", arguments: [job.text])
        }
    }

    @Test("Entries are kept soon after without anyone asking for it")
    func isWrittenBehind() async throws {
        let log = JournalJobLog(SQLiteJournal(database), delay: .milliseconds(1))
        let job = JobID()
        for number in 0..<3 {
            log.append(Self.entry(job, number))
            try await eventually("entry \(number) is kept") { try await kept(job).last == "\(number)" }
        }
    }

    @Test("When entries come faster than they are written the oldest are given up, and the log says how many")
    func isBounded() async throws {
        let log = JournalJobLog(SQLiteJournal(database), capacity: 10, delay: .seconds(3_600))
        let (job, other) = (JobID(), JobID())
        log.append(Self.entry(other, 0))
        for number in 0..<100 { log.append(Self.entry(job, number)) }
        let entries = try await log.entries(of: job, limit: 1_000)
        #expect(entries.map(\.event) == ["entries-missing"] + Array(repeating: "landed", count: 10))
        #expect(entries.first?.message.hasPrefix("90 entries are missing") == true)
        #expect(entries.dropFirst().map(\.message) == (90..<100).map(String.init))
        let others = try await log.entries(of: other, limit: 1_000)
        #expect(others.map(\.event) == ["entries-missing"])
        #expect(others.first?.message.hasPrefix("1 entry is missing") == true)
    }

    @Test("Entries that the store could not take are counted, and the log goes on when it can")
    func goesOnAfterAFault() async throws {
        let log = JournalJobLog(SQLiteJournal(database), delay: .seconds(3_600))
        let job = JobID()
        try await database.write { try $0.execute(sql: "ALTER TABLE job_log RENAME TO elsewhere") }
        for number in 0..<3 { log.append(Self.entry(job, number)) }
        await log.flush()
        try await database.write { try $0.execute(sql: "ALTER TABLE elsewhere RENAME TO job_log") }
        log.append(Self.entry(job, 3))
        let entries = try await log.entries(of: job, limit: 9)
        #expect(entries.map(\.event) == ["entries-missing", "landed"])
        #expect(entries.first?.message.hasPrefix("3 entries are missing") == true)
    }

    @Test("A flush returns also when the store is closed")
    func flushesAClosedStore() async throws {
        let log = JournalJobLog(SQLiteJournal(database), delay: .seconds(3_600))
        for number in 0..<2_000 { log.append(Self.entry(JobID(), number)) }
        try await database.close()
        try await within("the flush") { await log.flush() }
    }

    @Test("The count of lost entries is not lost with the entry that has it")
    func countsTwiceLostEntries() {
        var buffer = LogBuffer(capacity: 2)
        let job = JobID()
        for number in 0..<5 { buffer.append(Self.entry(job, number)) }
        for item in buffer.take(9) { buffer.lose(item) }
        let items = buffer.take(9)
        #expect(items.map(\.weight) == [5])
        #expect(buffer.isEmpty)
        #expect(buffer.taken == buffer.appended)
    }

    @Test("Of no more jobs than there is room for entries it is known that entries are missing")
    func manyJobs() {
        var buffer = LogBuffer(capacity: 2)
        let jobs = (0..<5).map { _ in JobID() }
        for (number, job) in jobs.enumerated() { buffer.append(Self.entry(job, number)) }
        let items = buffer.take(9)
        #expect(items.prefix(2).map(\.entry.job) == Array(jobs.suffix(2)))
        #expect(Set(items.dropFirst(2).map(\.entry.job)) == Set(jobs.prefix(2)))
        #expect(items.count == 4)
    }
}
