import LIFModel
import LIFQueryPlanner
import LIFSQLite
import LIFTesting
import LIFWorkflow
import Testing

/// The stores of SQLite, and the fakes that stand for them in other tests, against the contracts of their ports.
@Suite struct ConformanceTests {
    private static func database() throws -> LIFDatabase { try LIFDatabase(folder: TemporaryFolder.kept()) }

    private static func databases() throws -> (LIFDatabase, LIFDatabase) {
        let folder = try TemporaryFolder.kept()
        return (try LIFDatabase(folder: folder), try LIFDatabase(folder: folder))
    }

    private static let sqliteFragments = FragmentStoreConformance {
        try SQLiteFragmentStore(database())
    } makePair: {
        let (one, other) = try databases()
        return (try SQLiteFragmentStore(one), try SQLiteFragmentStore(other))
    }

    @Test("The fragment store in SQLite keeps its contract", arguments: sqliteFragments.checks)
    func sqliteFragmentStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteRequests = ProcessedRequestStoreConformance {
        SQLiteProcessedRequestStore(try database())
    } makePair: {
        let (one, other) = try databases()
        return (SQLiteProcessedRequestStore(one), SQLiteProcessedRequestStore(other))
    }

    @Test("The processed request store in SQLite keeps its contract", arguments: sqliteRequests.checks)
    func sqliteProcessedRequestStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteJobs = JobStoreConformance {
        SQLiteJobStore(try database())
    } makePair: {
        let (one, other) = try databases()
        return (SQLiteJobStore(one), SQLiteJobStore(other))
    }

    @Test("The job store in SQLite keeps its contract", arguments: sqliteJobs.checks)
    func sqliteJobStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteQueue = OutputQueueConformance {
        SQLiteOutputQueue(try database())
    } makePair: {
        let (one, other) = try databases()
        return (SQLiteOutputQueue(one), SQLiteOutputQueue(other))
    }

    @Test("The output queue in SQLite keeps its contract", arguments: sqliteQueue.checks)
    func sqliteOutputQueue(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let memoryFragments = FragmentStoreConformance {
        MemoryFragmentStore()
    } makePair: {
        let one = MemoryFragmentStore()
        return (one, MemoryFragmentStore(sharing: one))
    }

    @Test("The fragment store in memory keeps its contract", arguments: memoryFragments.checks)
    func memoryFragmentStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The processed request store in memory keeps its contract",
        arguments: ProcessedRequestStoreConformance { MemoryProcessedRequestStore() }.checks)
    func memoryProcessedRequestStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test("The job store in memory keeps its contract", arguments: JobStoreConformance { MemoryJobStore() }.checks)
    func memoryJobStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The output queue in memory keeps its contract",
        arguments: OutputQueueConformance { MemoryOutputQueue() }.checks)
    func memoryOutputQueue(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The failing output queue keeps the contract as long as it does not fail",
        arguments: OutputQueueConformance { FailingOutputQueue() }.checks)
    func failingOutputQueue(_ check: ConformanceCheck) async throws { try await check.run() }
}
