import Foundation
import LIFTesting
import Testing

@testable import LIFSQLite

@Suite("The journal in SQLite and its model in memory")
struct JournalComparisonTests {
    /// `LIF_MODEL_SEEDS` asks for more.
    private static let seeds: Range<UInt64> = {
        let count = ProcessInfo.processInfo.environment["LIF_MODEL_SEEDS"].flatMap { UInt64($0) } ?? 12
        let first = UInt64.random(in: 0..<1_000_000)
        return first..<first + count
    }()

    @Test("do the same, whatever is called", arguments: seeds)
    func randomCalls(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let database = try LIFDatabase(folder: folder.url)
        var comparison = JournalComparison(SQLiteJournal(database), seed: seed)
        try await comparison.run(calls: 400)
        try await database.close()
    }
}
