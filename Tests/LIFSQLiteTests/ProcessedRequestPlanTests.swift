import Foundation
import GRDB
import LIFModel
import LIFQueryPlanner
import LIFTesting
import Synchronization
import Testing

@testable import LIFSQLite

/// How large answers are read and removed.
@Suite struct ProcessedRequestPlanTests {
    private typealias Store = ProcessedRequestStore

    private let database: LIFDatabase

    init() throws { database = try LIFDatabase(folder: try TemporaryFolder.kept()) }

    private static let questions: [(sql: String, arguments: StatementArguments, index: String, isCovered: Bool)] = [
        (SQLiteJournal.groupsSQL(data: true), ["id", 10, 20], "part_record", false),
        (SQLiteJournal.landedSQL(data: true), ["id", 10, 20], "part_landed", false),
        (SQLiteJournal.landedSQL(data: false), ["id", 10, 20], "part_landed", false),
        (SQLiteJournal.groupsSQL(data: false), ["id", 10, 20], "part_record", false),
    ]

    @Test("Parts are found along an index, and neither sorted nor searched for", arguments: questions.indices)
    func followsAnIndex(question: Int) async throws {
        let (sql, arguments, index, isCovered) = Self.questions[question]
        let plan = try await plan(of: sql, arguments)
        #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN") }, "\(plan)")
        let search = "SEARCH part USING \(isCovered ? "COVERING " : "")INDEX \(index) (run=?"
        #expect(plan.contains { $0.hasPrefix(search) }, "\(plan)")
    }

    @Test("Gaps are found along an index that holds nothing else")
    func gapsFollowAnIndex() async throws {
        let plan = try await plan(of: SQLiteJournal.kindsSQL(["missing", "stale"]), [1, "[]"])
        #expect(plan.contains { $0.contains("USING COVERING INDEX part_gap (run=?)") }, "\(plan)")
        #expect(plan.contains { $0.contains("INDEX part_landed (run=? AND position=?)") }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN part") && !$0.contains("part_gap") }, "\(plan)")
    }

    @Test("What has landed is counted along an index that has all of it")
    func tallyFollowsAnIndex() async throws {
        let plan = try await plan(of: SQLiteJournal.tallySQL, ["id"])
        #expect(plan.contains { $0.contains("SEARCH part USING COVERING INDEX part_landed (run=?)") }, "\(plan)")
    }

    private func plan(of sql: String, _ arguments: StatementArguments) async throws -> [String] {
        try await database.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
                .map { $0["detail"] as String }
        }
    }

    private static func request(learners: Int) -> ProcessedRequest {
        let learners = (0..<learners).map { LearnerIdentifier(identifier: "\($0)", identifierType: "A") }
        return ProcessedRequest(
            query: LIFQuery(learners: learners, selectedFields: []),
            acceptedAt: Date(timeIntervalSinceReferenceDate: 0),
            holder: HolderID())
    }

    private static func parts(learners: Range<Int>) throws -> [LandedPart] {
        try learners.map { learner in
            LandedPart(
                AnswerPart(
                    learner: learner, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1",
                    outcome: .fetched, items: 1),
                content: FragmentContent(items: try raw("[\(learner)]"), count: 1, isScalar: false))
        }
    }

    @Test("A large answer is removed in steps between which others write, and nothing of it is left")
    func removesInSteps() async throws {
        let store = Store(database)
        let large = Self.request(learners: 5_000)
        try await store.accept(large)
        for start in stride(from: 0, to: 5_000, by: 500) {
            let parts = try Self.parts(learners: start..<(start + 500))
            #expect(try await store.append(parts, to: large.id, fence: 1))
        }
        #expect(
            try await store.parts(of: large.id, learners: 2_000..<2_003).map(\.part.learner) == [2_000, 2_001, 2_002])
        let time = Date(timeIntervalSinceReferenceDate: 1)
        _ = try await store.finish(large.id, fence: 1, state: .completed, at: time)
        let commits = Commits()
        try await database.write { $0.add(transactionObserver: commits, extent: .databaseLifetime) }
        let before = commits.count
        #expect(try await store.expire(endedBefore: time + 1, limit: 9) == 1)
        #expect(commits.count - before >= 10)
        let left = try await database.read { database in
            try ["part", "run_learner"].map {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)")
            }
        }
        #expect(left == [0, 0])
    }

    @Test("Large parts are removed by some megabytes at a time")
    func removesInStepsOfBytes() async throws {
        let store = Store(database)
        let large = Self.request(learners: 20)
        try await store.accept(large)
        let items = try raw("[\"" + String(repeating: "x", count: 1 << 20) + "\"]")
        for learner in 0..<20 {
            let part = AnswerPart(
                learner: learner, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .fetched,
                items: 1)
            let content = FragmentContent(items: items, count: 1, isScalar: false)
            #expect(try await store.append([LandedPart(part, content: content)], to: large.id, fence: 1))
        }
        let commits = Commits()
        try await database.write { $0.add(transactionObserver: commits, extent: .databaseLifetime) }
        let before = commits.count
        try await store.discard(large.id, at: Date(timeIntervalSinceReferenceDate: 1))
        #expect(commits.count - before >= 6)
        let left = try await database.read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM part")
        }
        #expect(left == 0)
    }

    @Test("How it stands with a query is read without the query")
    func statusWithoutQuery() async throws {
        let store = Store(database)
        let request = Self.request(learners: 3)
        try await store.accept(request)
        try await database.write { try $0.execute(sql: "UPDATE run SET document = x'00'") }
        await #expect(throws: LIFError.self) { try await store.request(request.id) }
        #expect(try await store.status(of: request.id) == RequestStatus(request))
    }

    /// Counts transactions.
    private final class Commits: TransactionObserver, Sendable {
        private let number = Mutex(0)

        var count: Int { number.withLock { $0 } }

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseDidCommit(_ db: Database) { number.withLock { $0 += 1 } }
        func databaseDidRollback(_ db: Database) {}
    }

    @Test("Parts that a process left behind which died while it removed them are removed by the next")
    func removesLeftovers() async throws {
        let store = Store(database)
        let request = Self.request(learners: 3)
        try await store.accept(request)
        _ = try await store.append(try Self.parts(learners: 0..<3), to: request.id, fence: 1)
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE run SET ending = 'COMPLETED', ended_at = 0, kept = 'nothing', document = NULL;
                    INSERT INTO run_leftover (run, what) SELECT position, 'content' FROM run
                    """)
        }
        #expect(try await store.parts(of: request.id, learners: 0..<3).isEmpty)
        #expect(try await store.expire(endedBefore: .distantPast, limit: 1) == 0)
        let left = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM part") }
        #expect(left == 0)
        #expect(try await store.remove(endedBefore: Date(timeIntervalSinceReferenceDate: 1), limit: 1) == 1)
    }
}
