public import LIFQueryPlanner
public import LIFWorkflow

extension JobStore {
    /// Jobs in the SQLite file of a state folder.
    public init(_ database: LIFDatabase) { self.init(SQLiteJournal(database)) }
}

extension JournalOutputQueue {
    /// The output queue in the SQLite file of a state folder.
    ///
    /// - Parameter maximumItemBytes: Of the data of one outcome or one task's output.
    public init(_ database: LIFDatabase, maximumItemBytes: Int = 256 << 20) {
        self.init(SQLiteJournal(database), maximumItemBytes: maximumItemBytes)
    }
}

extension CallbackStore {
    /// Callbacks in the SQLite file of a state folder.
    public init(_ database: LIFDatabase) { self.init(SQLiteJournal(database)) }
}

extension ProcessedRequestStore {
    /// Asynchronous queries in the SQLite file of a state folder.
    public init(_ database: LIFDatabase) { self.init(SQLiteJournal(database)) }
}

extension RunStore {
    /// Submitted runs in the SQLite file of a state folder.
    public init(_ database: LIFDatabase) { self.init(SQLiteJournal(database)) }
}
