public import LIFJournal
public import LIFModel
public import LIFWorkflow

extension OrchestratorStores {
    /// Stores in memory, each its own unless it is given.
    public static func memory(
        journal: any Journal = MemoryJournal(), maximumItemBytes: Int = .max, log: any JobLog = MemoryJobLog(),
        schedules: any ScheduleStore = MemoryScheduleStore(), breakers: any BreakerStore = MemoryBreakerStore(),
        leases: any Leases = SoleLease()
    ) -> OrchestratorStores {
        OrchestratorStores(
            journal: journal, maximumItemBytes: maximumItemBytes, log: log, schedules: schedules, breakers: breakers,
            leases: leases)
    }
}
