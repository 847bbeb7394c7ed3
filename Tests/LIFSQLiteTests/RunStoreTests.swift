import Foundation
import LIFModel
import LIFQueryPlanner
import LIFSQLite
import LIFTesting
import Testing

/// The stores of runs at an orchestrator elsewhere, against their port's contract.
@Suite struct RunStoreTests {
    private static let sqlite = RunStoreConformance {
        RunStore(try LIFDatabase(folder: TemporaryFolder.kept()))
    } makePair: {
        let folder = try TemporaryFolder.kept()
        return (RunStore(try LIFDatabase(folder: folder)), RunStore(try LIFDatabase(folder: folder)))
    }

    @Test("The run store in SQLite keeps its contract", arguments: sqlite.checks)
    func sqliteRunStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let memory = RunStoreConformance {
        RunStore()
    } makePair: {
        let one = RunStore()
        return (one, RunStore(sharing: one))
    }

    @Test("The run store in memory keeps its contract", arguments: memory.checks)
    func memoryRunStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test("Runs and what has arrived of them survive a restart")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let run = SubmittedRun(id: RandomID(), plan: QueryPlan(parts: []), submittedAt: Date(timeIntervalSince1970: 1))
        let outcome = Outcome(.failed(Failure(.timeout, "late")), finishedAt: run.submittedAt, duration: .zero)
        let former = try LIFDatabase(folder: folder.url)
        try await RunStore(former).register(run)
        _ = try await RunStore(former).file([7: outcome], run: run.id)
        try await former.close()
        let database = try LIFDatabase(folder: folder.url)
        let store = RunStore(database)
        #expect(try await store.run(run.id) == run)
        #expect(try await store.outcomes(of: run.id, except: []) == [7: outcome])
        try await database.close()
    }
}
