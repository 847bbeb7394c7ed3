public import LIFModel
public import LIFWorkflow

extension OrchestratorStores {
    /// All stores of an orchestrator in one SQLite file.
    ///
    /// - Parameters:
    ///   - leases: Which processes share the file; `ProcessLeases` of the same folder, when there are several.
    ///   - maximumItemBytes: Of one outcome.
    public init(
        _ database: LIFDatabase, leases: any Leases = SoleLease(), maximumItemBytes: Int = 32 << 20
    ) {
        self.init(
            journal: SQLiteJournal(database), maximumItemBytes: maximumItemBytes, log: SQLiteJobLog(database),
            schedules: SQLiteScheduleStore(database), breakers: SQLiteBreakerStore(database), leases: leases,
            usedBytes: { try await database.usedBytes() })
    }
}
