public import LIFModel
public import LIFQueryPlanner
public import LIFWorkflow

extension JournalJobStore {
    /// Jobs that are forgotten with their process.
    public init() { self.init(MemoryJournal()) }

    /// In memory: each job from now on is refused with this; `nil` ends that.
    public func refuse(with error: LIFError?) { (journal as? MemoryJournal)?.refuse(with: error) }
}

extension JournalCallbackStore {
    /// Callbacks that are forgotten with their process.
    public init() { self.init(MemoryJournal()) }

    /// In memory: the callbacks that nothing more is to be done for, and why they were given up, if they were.
    public var closed: [(callback: Callback, givenUp: String?)] {
        let journal = journal as? MemoryJournal
        return (journal?.closedCallbacks ?? []).compactMap { closed in
            Callback(closed.callback).map { ($0, closed.givenUp) }
        }
    }
}

extension JournalRequestStore {
    /// Asynchronous queries that are forgotten with their process.
    public init() { self.init(MemoryJournal()) }

    /// In memory: another process's view of the same.
    public init(sharing other: JournalRequestStore) {
        self.init((other.journal as? MemoryJournal).map(MemoryJournal.init(sharing:)) ?? MemoryJournal())
    }
}

extension JournalRunStore {
    /// Submitted runs that are forgotten with their process.
    public init() { self.init(MemoryJournal()) }

    /// In memory: how many listen for changes.
    public var listenerCount: Int { (journal as? MemoryJournal)?.listenerCount ?? 0 }

    /// In memory: another process's view of the same.
    public init(sharing other: JournalRunStore) {
        self.init((other.journal as? MemoryJournal).map(MemoryJournal.init(sharing:)) ?? MemoryJournal())
    }
}
