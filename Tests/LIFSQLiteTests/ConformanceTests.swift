import Foundation
import LIFModel
import LIFQueryPlanner
import LIFSQLite
import LIFTesting
import LIFWorkflow
import Testing

/// The stores of SQLite, and the fakes that stand for them in other tests, against the contracts of their ports.
@Suite struct ConformanceTests {
    private static func database() throws -> LIFDatabase { try LIFDatabase(folder: TemporaryFolder.kept()) }

    /// Two on one folder, as two processes have them.
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
        ProcessedRequestStore(try database())
    } makePair: {
        let (one, other) = try databases()
        return (ProcessedRequestStore(one), ProcessedRequestStore(other))
    }

    @Test("The processed request store in SQLite keeps its contract", arguments: sqliteRequests.checks)
    func sqliteProcessedRequestStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteJobs = JobStoreConformance {
        JobStore(try database())
    } makePair: {
        let (one, other) = try databases()
        return (JobStore(one), JobStore(other))
    }

    @Test("The job store in SQLite keeps its contract", arguments: sqliteJobs.checks)
    func sqliteJobStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteQueue = OutputQueueConformance {
        OpenedOutputQueue(SQLiteJournal(try database()), maximumItemBytes: $0)
    } makePair: {
        let (one, other) = try databases()
        return (OpenedOutputQueue(SQLiteJournal(one)), OpenedOutputQueue(SQLiteJournal(other)))
    }

    @Test("The output queue in SQLite keeps its contract", arguments: sqliteQueue.checks)
    func sqliteOutputQueue(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteLog = JobLogConformance { JournalJobLog(SQLiteJournal(try database())) }

    @Test("The job log in SQLite keeps its contract", arguments: sqliteLog.checks)
    func sqliteJobLog(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteSchedules = ScheduleStoreConformance {
        SQLiteCoordination(try database())
    } makePair: {
        let (one, other) = try databases()
        return (SQLiteCoordination(one), SQLiteCoordination(other))
    }

    @Test("The schedule store in SQLite keeps its contract", arguments: sqliteSchedules.checks)
    func sqliteScheduleStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteCallbacks = CallbackStoreConformance {
        CallbackStore(try database())
    } makePair: {
        let (one, other) = try databases()
        return (CallbackStore(one), CallbackStore(other))
    }

    @Test("The callback store in SQLite keeps its contract", arguments: sqliteCallbacks.checks)
    func sqliteCallbackStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqliteBreakers = BreakerStoreConformance {
        SQLiteCoordination(try database())
    } makePair: {
        let (one, other) = try databases()
        return (SQLiteCoordination(one), SQLiteCoordination(other))
    }

    @Test("The breaker store in SQLite keeps its contract", arguments: sqliteBreakers.checks)
    func sqliteBreakerStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let sqlitePermits = PermitStoreConformance { clock in
        let folder = try TemporaryFolder.kept()
        func coordination() throws -> SQLiteCoordination {
            SQLiteCoordination(try LIFDatabase(folder: folder), leases: try ProcessLeases(folder: folder)) {
                ClockReading(wall: .distantPast, sinceBoot: clock(), boot: "this")
            }
        }
        return (try coordination(), try coordination())
    }

    @Test("The permits in SQLite keep their contract", arguments: sqlitePermits.checks)
    func sqlitePermitStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let memoryPermits = PermitStoreConformance { clock in
        let one = MemoryPermitStore(now: clock)
        return (one, MemoryPermitStore(sharing: one))
    }

    @Test("The permits in memory keep their contract", arguments: memoryPermits.checks)
    func memoryPermitStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let memoryFragments = FragmentStoreConformance {
        MemoryFragmentStore()
    } makePair: {
        let one = MemoryFragmentStore()
        return (one, MemoryFragmentStore(sharing: one))
    }

    @Test("The fragment store in memory keeps its contract", arguments: memoryFragments.checks)
    func memoryFragmentStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let memoryRequests = ProcessedRequestStoreConformance {
        ProcessedRequestStore()
    } makePair: {
        let one = ProcessedRequestStore()
        return (one, ProcessedRequestStore(sharing: one))
    }

    @Test("The processed request store in memory keeps its contract", arguments: memoryRequests.checks)
    func memoryProcessedRequestStore(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let memoryQueue = OutputQueueConformance {
        OpenedOutputQueue(MemoryJournal(), maximumItemBytes: $0)
    } makePair: {
        let one = MemoryJournal()
        return (OpenedOutputQueue(one), OpenedOutputQueue(MemoryJournal(sharing: one)))
    }

    @Test("The output queue on a journal in memory keeps its contract", arguments: memoryQueue.checks)
    func memoryOutputQueue(_ check: ConformanceCheck) async throws { try await check.run() }
}
