public import Foundation
import LIFJournal
public import LIFModel
public import LIFQueryPlanner
public import LIFWorkflow

extension JobStore {
    /// Jobs that are forgotten with their process.
    public init() { self.init(MemoryJournal()) }

    /// Finishes a job, whoever holds it.
    ///
    /// - Returns: `false` when it does not exist or has ended.
    @discardableResult
    public func finish(_ id: JobID, status: JobStatus, at date: Date) async throws -> Bool {
        try await change(id) { state in
            guard state.isOpen else { return false }
            (state.end, state.endedAt) = (status.rawValue, date)
            return true
        }
    }

    /// Notes that a finished job's results were taken.
    @discardableResult
    public func acknowledge(_ id: JobID, at date: Date) async throws -> Bool {
        try await change(id) { state in
            state.acknowledgedAt = date
            return !state.isOpen
        }
    }

    private func change(_ id: JobID, _ body: (inout JournalRun.State) -> Bool) async throws -> Bool {
        while let run = try await journal.run(id, document: false) {
            var state = run.state
            guard body(&state) else { return false }
            if try await journal.commit(RunChange(run, to: state)) != nil { return true }
        }
        return false
    }
}

extension CallbackStore {
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

extension ProcessedRequestStore {
    /// Asynchronous queries that are forgotten with their process.
    public init() { self.init(MemoryJournal()) }

    /// In memory: another process's view of the same.
    public init(sharing other: ProcessedRequestStore) {
        self.init((other.journal as? MemoryJournal).map(MemoryJournal.init(sharing:)) ?? MemoryJournal())
    }
}

extension RunStore {
    /// Submitted runs that are forgotten with their process.
    public init() { self.init(MemoryJournal()) }

    /// In memory: how many listen for changes.
    public var listenerCount: Int { (journal as? MemoryJournal)?.listenerCount ?? 0 }

    /// In memory: another process's view of the same.
    public init(sharing other: RunStore) {
        self.init((other.journal as? MemoryJournal).map(MemoryJournal.init(sharing:)) ?? MemoryJournal())
    }
}
