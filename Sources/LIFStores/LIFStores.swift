public import LIFIdentities
public import LIFJournal
public import LIFMetadata
public import LIFQueryPlanner
public import LIFWorkflow

/// All that one database keeps, as one value: the ports that planner and orchestrator work with, and the database as a whole.
///
/// Whoever opens a database makes it; nobody else knows which database it is.
public struct LIFStores: Sendable {
    /// What was accepted and has parts.
    public let journal: any Journal
    /// Copies of sources' data.
    public let fragments: any FragmentStore
    /// Mappings of an embedded Identity Mapper, and copies of a remote one's.
    public let identities: any IdentityStore
    /// Copies of a Metadata Repository's documents.
    public let metadata: any MetadataStore
    /// What processes on the database agree on.
    public let coordination: any Coordination
    /// The database as a whole.
    public let database: any StoreDatabase

    /// The stores of one database.
    public init(
        journal: any Journal, fragments: any FragmentStore, identities: any IdentityStore, metadata: any MetadataStore,
        coordination: any Coordination, database: any StoreDatabase
    ) {
        self.journal = journal
        self.fragments = fragments
        self.identities = identities
        self.metadata = metadata
        self.coordination = coordination
        self.database = database
    }

    /// Whether the database can be read and written now: a write is tried. Returns within seconds.
    ///
    /// - Throws: `LIFError` that says why not, and which process holds the others up, where that is the reason.
    public func checkReady() async throws { try await journal.checkRoom(for: 0) }

    /// What an orchestrator needs of them.
    ///
    /// - Parameter maximumItemBytes: Of one outcome.
    public func orchestrator(maximumItemBytes: Int = 32 << 20) -> OrchestratorStores {
        OrchestratorStores(
            journal: journal, maximumItemBytes: maximumItemBytes, log: JournalJobLog(journal), schedules: coordination,
            breakers: coordination, leases: coordination, usedBytes: { try await database.usedBytes() })
    }
}
