public import LIFJournal
public import LIFModel

/// Callbacks that are owed, in the journal.
public struct JournalCallbackStore: CallbackStore {
    package let journal: any Journal

    public init(_ journal: any Journal) { self.journal = journal }

    public func add(_ callbacks: [Callback], holder: HolderID) async throws {
        try await journal.owe(callbacks.map(OwedCallback.init), holder: holder)
    }

    public func claim(for holder: HolderID, living: Set<HolderID>) async throws -> [Callback] {
        let own = Set(try await journal.owedCallbacks(of: holder, takingOverFrom: nil).map(\.id))
        return try await journal.owedCallbacks(of: holder, takingOverFrom: living.union([holder]))
            .filter { !own.contains($0.id) }.compactMap(Callback.init)
    }

    public func owed(by holder: HolderID) async throws -> [Callback] {
        try await journal.owedCallbacks(of: holder, takingOverFrom: nil).compactMap(Callback.init)
    }

    public func noteAttempt(_ id: RandomID, attempts: Int) async throws {
        try await journal.settle(id, as: .attempted(attempts))
    }

    public func close(_ id: RandomID, givenUp reason: String?) async throws {
        try await journal.settle(id, as: reason.map { .givenUp($0) } ?? .delivered)
    }

    public func remove(_ jobs: [JobID]) async throws { try await journal.remove(.all, of: jobs) }
}

extension OwedCallback {
    init(_ callback: Callback) {
        self.init(
            id: callback.id, run: callback.job, kind: callback.kind.rawValue, target: callback.target,
            epoch: callback.fence, createdAt: callback.createdAt, attempts: callback.attempts)
    }
}

extension Callback {
    /// - Returns: `nil` for one of a kind that only a newer version knows.
    package init?(_ owed: OwedCallback) {
        guard let kind = CallbackKind(rawValue: owed.kind) else { return nil }
        self.init(
            id: owed.id, job: owed.run, kind: kind, target: owed.target, fence: owed.epoch, createdAt: owed.createdAt,
            attempts: owed.attempts)
    }
}
