import GRDB
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFSQLite

@Suite struct JobListTests {
    private static let filters = [
        JobFilter(), JobFilter(after: JobID()), JobFilter(status: .running), JobFilter(status: .failed, after: JobID()),
        JobFilter(source: "org1"), JobFilter(source: "org1", after: JobID()), JobFilter(schedule: ScheduleID()),
        JobFilter(schedule: ScheduleID(), after: JobID()), JobFilter(status: .completed, source: "org1"),
    ]

    @Test("A page is read along an index and neither sorted nor searched for", arguments: filters)
    func followsAnIndex(filter: JobFilter) async throws {
        let database = try LIFDatabase(folder: try TemporaryFolder.kept())
        let (sql, arguments) = SQLiteJobStore.list(filter)
        let plan = try await database.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
                .map { $0["detail"] as String }
        }
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        let isRestricted = filter.status != nil || filter.source != nil || filter.schedule != nil
        #expect(plan.contains { $0.hasPrefix("SCAN job") } == (!isRestricted && filter.after == nil), "\(plan)")
    }
}
