public import LIFModel

/// Where an orchestrator keeps everything that must outlive a process.
public struct OrchestratorStores: Sendable {
    public let jobs: any JobStore
    public let queue: any OutputQueue
    public let log: any JobLog
    public let schedules: any ScheduleStore
    public let callbacks: any CallbackStore
    public let breakers: any BreakerStore
    public let leases: any Leases
    /// How many bytes the stores take, for a limit on them.
    public let usedBytes: @Sendable () async throws -> Int
    /// Throws why so many bytes could not be kept now; no more than `largestTrial` are tried.
    public let checkRoom: @Sendable (Int) async throws -> Void

    /// What is larger may not fit although this does.
    public static let largestTrial = 16 << 20

    public init(
        jobs: any JobStore, queue: any OutputQueue, log: any JobLog, schedules: any ScheduleStore,
        callbacks: any CallbackStore, breakers: any BreakerStore, leases: any Leases = SoleLease(),
        usedBytes: @escaping @Sendable () async throws -> Int = { 0 },
        checkRoom: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) {
        self.jobs = jobs
        self.queue = queue
        self.log = log
        self.schedules = schedules
        self.callbacks = callbacks
        self.breakers = breakers
        self.leases = leases
        self.usedBytes = usedBytes
        self.checkRoom = checkRoom
    }
}
