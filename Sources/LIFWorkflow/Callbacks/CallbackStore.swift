public import LIFJournal
public import LIFModel

/// Callbacks that are owed, in the journal. They come to be owed with the change of a job that is the reason for them
/// (`RunChange`).
public struct CallbackStore: Sendable {
    package let journal: any Journal

    /// The callbacks of this journal.
    public init(_ journal: any Journal) { self.journal = journal }

    /// Gives the holder the callbacks that are owed and whose holder is not among the living; oldest first.
    public func claim(for holder: HolderID, living: Set<HolderID>) async throws -> [Callback] {
        let own = Set(try await journal.owedCallbacks(of: holder, takingOverFrom: nil).map(\.id))
        return try await journal.owedCallbacks(of: holder, takingOverFrom: living.union([holder]))
            .filter { !own.contains($0.id) }.compactMap(Callback.init)
    }

    /// The callbacks that are owed and that the holder has; oldest first.
    public func owed(by holder: HolderID) async throws -> [Callback] {
        try await journal.owedCallbacks(of: holder, takingOverFrom: nil).compactMap(Callback.init)
    }

    /// Notes another failed attempt.
    public func noteAttempt(_ id: RandomID, attempts: Int) async throws {
        try await journal.settle(id, as: .attempted(attempts))
    }

    /// Marks that nothing more is to be done: it was delivered, or given up with a reason.
    public func close(_ id: RandomID, givenUp reason: String?) async throws {
        try await journal.settle(id, as: reason.map { .givenUp($0) } ?? .delivered)
    }
}
