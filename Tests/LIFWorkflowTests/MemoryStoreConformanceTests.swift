import LIFTesting
import LIFWorkflow
import Testing

/// What stands for the stores in memory, against the contracts of their ports.
@Suite struct MemoryStoreConformanceTests {
    @Test("The job store in memory keeps its contract", arguments: JobStoreConformance { JobStore() }.checks)
    func jobStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The output queue in memory keeps its contract",
        arguments: OutputQueueConformance { MemoryOutputQueue(maximumItemBytes: $0) }.checks)
    func outputQueue(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test("The job log in memory keeps its contract", arguments: JobLogConformance { MemoryJobLog() }.checks)
    func jobLog(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The schedule store in memory keeps its contract",
        arguments: ScheduleStoreConformance { MemoryScheduleStore() }.checks)
    func scheduleStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The callback store in memory keeps its contract",
        arguments: CallbackStoreConformance { CallbackStore() }.checks)
    func callbackStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The breaker store in memory keeps its contract",
        arguments: BreakerStoreConformance { MemoryBreakerStore() }.checks)
    func breakerStore(_ check: ConformanceCheck) async throws { try await check.run() }
}
