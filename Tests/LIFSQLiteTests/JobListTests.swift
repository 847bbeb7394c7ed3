import GRDB
import LIFJournal
import LIFModel
import Testing

@testable import LIFSQLite

@Suite struct JobListTests {
    private static let filters = [
        RunFilter(.job), RunFilter(.job, after: RunID()), RunFilter(.job, progress: .open),
        RunFilter(.job, progress: .ended("FAILED"), after: RunID()),
        RunFilter(.job, source: "org1"), RunFilter(.job, source: "org1", after: RunID()),
        RunFilter(.job, schedule: RandomID()),
        RunFilter(.job, schedule: RandomID(), after: RunID()),
        RunFilter(.job, progress: .ended("COMPLETED"), source: "org1"),
    ]

    @Test("A page is read along an index and neither sorted nor searched for", arguments: filters)
    func followsAnIndex(filter: RunFilter) async throws {
        let database = try LIFDatabase(folder: try TemporaryFolder.kept())
        let (sql, arguments) = SQLiteJournal.list(filter)
        let plan = try await database.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
                .map { $0["detail"] as String }
        }
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }
}
