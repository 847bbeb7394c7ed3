public import LIFJournal
public import LIFModel

/// Where an orchestrator keeps everything that must outlive a process.
public struct OrchestratorStores: Sendable {
    /// The truth about jobs, their outcomes, and the callbacks that are owed.
    public let journal: any Journal
    /// The outcomes of accepted jobs, in the journal.
    public let queue: JournalOutputQueue
    /// The jobs' logs.
    public let log: any JobLog
    /// Plans that run on a schedule.
    public let schedules: any ScheduleStore
    /// The circuit breakers of the sources.
    public let breakers: any BreakerStore
    /// Which processes on the stores live.
    public let leases: any Leases
    /// How many bytes the stores take, for a limit on them.
    public let usedBytes: @Sendable () async throws -> Int

    /// What is larger may not fit although this does: no more is tried (`Journal.checkRoom`).
    public static let largestTrial = 16 << 20

    /// Stores of one database.
    ///
    /// - Parameter maximumItemBytes: Of the data of one outcome or one task's output.
    public init(
        journal: any Journal, maximumItemBytes: Int = 32 << 20, log: any JobLog, schedules: any ScheduleStore,
        breakers: any BreakerStore, leases: any Leases = SoleLease(),
        usedBytes: @escaping @Sendable () async throws -> Int = { 0 }
    ) {
        self.journal = journal
        queue = JournalOutputQueue(journal, maximumItemBytes: maximumItemBytes)
        self.log = log
        self.schedules = schedules
        self.breakers = breakers
        self.leases = leases
        self.usedBytes = usedBytes
    }

    /// The jobs in the journal.
    public var jobs: JobStore { JobStore(journal) }

    /// The callbacks in the journal.
    public var callbacks: CallbackStore { CallbackStore(journal) }
}
