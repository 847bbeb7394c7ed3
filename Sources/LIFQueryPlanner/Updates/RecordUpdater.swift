public import LIFModel

/// Passes updates on to a LIF Cache elsewhere, and says whose records they may have changed.
public struct RecordUpdater: Sendable {
    private let cache: any RecordUpdates
    private let changed: @Sendable (Set<LearnerIdentifier>?) async -> Void

    /// An updater of one LIF Cache.
    ///
    /// - Parameter changed: Is called before the answer is given, and also when nobody knows whether the update was made:
    ///   what is kept of these learners may no longer be true, or of any learner when it gets `nil`.
    public init(_ cache: any RecordUpdates, changed: @escaping @Sendable (Set<LearnerIdentifier>?) async -> Void) {
        self.cache = cache
        self.changed = changed
    }

    /// Sends an update on, once.
    ///
    /// - Throws: As `RecordUpdates.update(_:)`; and `LIFError` `NeighbourNotAvailable` when the record in the answer is not
    ///   of the learner whom the filter names by identifier: it is not its sender's to read.
    public func update(_ update: RecordUpdate) async throws -> RecordUpdateAnswer {
        let answer: RecordUpdateAnswer
        do {
            answer = try await cache.update(update)
        } catch {
            // The learner may be known by other identifiers, too, and only a record shows which.
            await changed(nil)
            throw error
        }
        guard answer.isSuccess else {
            // A deployed cache says this too when a record that it has changed does not match the filter any more.
            if answer.status == 404, update.filter.learners.isEmpty { await changed(nil) }
            return answer
        }
        let identifiers = answer.identifiers
        guard update.filter.mayMean(recordWith: identifiers) else {
            await changed(nil)
            throw Self.otherRecord
        }
        let learners = LearnerIdentifier.all(in: identifiers)
        await changed(learners.isEmpty ? nil : learners.union(update.filter.learners))
        return answer
    }

    private static var otherRecord: LIFError {
        LIFError(
            .neighbourNotAvailable,
            "The LIF Cache is not available: it answered with the record of a learner whom the filter does not name. The "
                + "update may have been made to another record: look for it in the LIF Cache before you send it again.",
            blame: .source, isFinal: true, reason: .invalidAnswer)
    }
}
