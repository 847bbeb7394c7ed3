public import LIFModel
public import LIFWorkflow

extension OrchestratorStores {
    /// Stores in memory, each its own unless it is given.
    public static func memory(
        jobs: any JobStore = JournalJobStore(), queue: any OutputQueue = MemoryOutputQueue(),
        log: any JobLog = MemoryJobLog(), schedules: any ScheduleStore = MemoryScheduleStore(),
        callbacks: any CallbackStore = JournalCallbackStore(), breakers: any BreakerStore = MemoryBreakerStore(),
        leases: any Leases = SoleLease()
    ) -> OrchestratorStores {
        OrchestratorStores(
            jobs: jobs, queue: queue, log: log, schedules: schedules, callbacks: callbacks, breakers: breakers,
            leases: leases)
    }
}
