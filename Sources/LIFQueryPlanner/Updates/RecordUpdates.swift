/// A LIF Cache elsewhere that takes updates of its records.
public protocol RecordUpdates: Sendable {
    /// Sends an update, once.
    ///
    /// - Returns: What the cache has answered: that it is done, or what is wrong with the update.
    /// - Throws: `LIFError` `NeighbourNotAvailable` when it has answered neither. Where the update may have been made all
    ///   the same, the sentence says so.
    func update(_ update: RecordUpdate) async throws -> RecordUpdateAnswer
}
