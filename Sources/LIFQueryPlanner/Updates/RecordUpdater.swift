public import LIFModel

/// A LIF Cache elsewhere that takes updates of its records.
public protocol RecordUpdates: Sendable {
    /// Sends an update, once.
    ///
    /// - Returns: What the cache has answered: that it is done, or what is wrong with the update.
    /// - Throws: `LIFError` `NeighbourNotAvailable` when it has answered neither. Where the update may have been made all
    ///   the same, the sentence says so.
    func update(_ update: RecordUpdate) async throws -> RecordUpdateAnswer
}

/// Passes updates on to a LIF Cache elsewhere, and says whose records they may have changed.
public struct RecordUpdater: Sendable {
    private let cache: any RecordUpdates
    private let changed: @Sendable (Set<LearnerIdentifier>) async -> Void

    /// An updater of one LIF Cache.
    ///
    /// - Parameter changed: Is called before the answer is given, and also when nobody knows whether the update was made:
    ///   what is kept of these learners may no longer be true.
    public init(_ cache: any RecordUpdates, changed: @escaping @Sendable (Set<LearnerIdentifier>) async -> Void) {
        self.cache = cache
        self.changed = changed
    }

    /// Sends an update on, once.
    ///
    /// - Throws: As `RecordUpdates.update(_:)`.
    public func update(_ update: RecordUpdate) async throws -> RecordUpdateAnswer {
        let answer: RecordUpdateAnswer
        do {
            answer = try await cache.update(update)
        } catch {
            await changed(update.learners)
            throw error
        }
        if answer.isSuccess { await changed(update.learners.union(answer.learners)) }
        return answer
    }
}
