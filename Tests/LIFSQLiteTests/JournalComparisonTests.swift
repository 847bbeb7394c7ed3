import Foundation
import LIFTesting
import Testing

@testable import LIFSQLite

@Suite("The journal in SQLite and its model in memory")
struct JournalComparisonTests {
    @Test("do the same, whatever is called", arguments: ModelSeeds.some(12))
    func randomCalls(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let database = try LIFDatabase(folder: folder.url)
        var comparison = JournalComparison(SQLiteJournal(database), seed: seed)
        try await comparison.run(calls: 400)
        try await database.close()
    }
}
