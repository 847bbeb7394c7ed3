import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFWorkflow
import Testing

@testable import LIFSQLite

/// What was accepted can be read back, and one damaged row does not hide the others.
@Suite struct OwnRowsTests {
    private let folder: TemporaryFolder
    private let database: LIFDatabase
    /// More than `JSONLimits.standard` lets in.
    private static let longText = String(repeating: "x", count: JSONLimits.standard.maximumBytes)

    init() throws {
        folder = try TemporaryFolder()
        database = try LIFDatabase(folder: folder.url)
    }

    private static func request(field: String = "Person.Name", at seconds: Double = 0) -> ProcessedRequest {
        let query = LIFQuery(
            learners: [Job.sampleLearner], selectedFields: [field])
        return ProcessedRequest(
            query: query, acceptedAt: Date(timeIntervalSinceReferenceDate: seconds), holder: HolderID())
    }

    @Test("An outcome as deep as any answer may be is read back", arguments: [254, 255, 256])
    func deepOutcome(depth: Int) async throws {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let items = try RawJSON(validating: Array(text.utf8))
        let fragment = Fragment(
            path: FragmentPath(entity: "Name"), content: FragmentContent(items: items, count: 1, isScalar: false))
        let outcome = Outcome(
            .data([fragment]), finishedAt: Date(timeIntervalSinceReferenceDate: 1), duration: .zero)
        let queue = OpenedOutputQueue(SQLiteJournal(database))
        let job = JobID()
        _ = try await queue.write(outcome, job: job, part: 0, fence: 1)
        #expect(try await queue.outcomes(of: job) == [0: outcome])
    }

    @Test("A plan larger than a text may be is read back")
    func largePlan() async throws {
        let jobs = JobStore(database)
        let job = Job.sample(source: Self.longText)
        _ = try await jobs.accept(job)
        let isRead = try await jobs.job(job.id) == job
        #expect(isRead)
    }

    @Test("An asynchronous query larger than a text may be is read back")
    func largeQuery() async throws {
        let requests = ProcessedRequestStore(database)
        let request = Self.request(field: Self.longText)
        try await requests.accept(request)
        let isRead = try await requests.request(request.id) == request
        #expect(isRead)
    }

    @Test("Jobs are listed and claimed without one whose row is damaged, which is a read error for itself")
    func damagedJob() async throws {
        let jobs = JobStore(database)
        let own = HolderID()
        let kept = (0..<4).map { Job.sample(at: Double($0)) }
        for job in kept { _ = try await jobs.accept(job) }
        try await database.write { database in
            try database.execute(sql: "UPDATE run SET document = x'7B' WHERE id = ?", arguments: [kept[1].id.text])
            try database.execute(sql: "UPDATE run SET id = 'no id' WHERE id = ?", arguments: [kept[3].id.text])
        }
        #expect(try await jobs.jobs(JobFilter()) == [kept[2], kept[0]])
        #expect(try await jobs.claim(for: own, living: [], limit: 100).map(\.id) == [kept[0].id, kept[2].id])
        #expect(try await jobs.held(by: own).map(\.id) == [kept[0].id, kept[2].id])
        let error = await #expect(throws: LIFError.self) { try await jobs.job(kept[1].id) }
        #expect(error?.code == .outputReadException)
    }

    @Test("Pending requests are claimed without one whose row is damaged, which is a read error for itself")
    func damagedRequest() async throws {
        let requests = ProcessedRequestStore(database)
        let kept = (0..<3).map { Self.request(at: Double($0)) }
        for request in kept { try await requests.accept(request) }
        try await database.write { database in
            try database.execute(
                sql: "UPDATE run SET document = x'7B' WHERE id = ?", arguments: [kept[1].id.text])
        }
        let own = HolderID()
        #expect(try await requests.claim(living: [own], by: own, limit: 2).map(\.id) == [kept[0].id, kept[2].id])
        #expect(try await requests.claim(living: [own], by: own, limit: 2).isEmpty)
        let error = await #expect(throws: LIFError.self) { try await requests.request(kept[1].id) }
        #expect(error?.code == .outputReadException)
    }

    @Test("A store that cannot be read as a whole throws and does not seem empty")
    func unreadableStore() async throws {
        try await database.write { database in
            try database.execute(sql: "DROP TABLE run")
        }
        let jobs = await #expect(throws: LIFError.self) { try await JobStore(database).jobs(JobFilter()) }
        #expect(jobs?.code == .outputReadException)
        let requests = await #expect(throws: LIFError.self) {
            try await ProcessedRequestStore(database).pendingCount()
        }
        #expect(requests?.code == .outputReadException)
    }
}
