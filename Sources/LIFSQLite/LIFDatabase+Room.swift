import GRDB
import LIFModel
import LIFWorkflow

extension LIFDatabase {
    private static let trialBytes = 4_096...OrchestratorStores.largestTrial

    /// Writes so many bytes and removes them, to see whether something of that size can be kept.
    ///
    /// - Parameter bytes: At least a page is tried, and at most 16 MiB.
    /// - Throws: `LIFError` `OutputWriteException`, `OutputQueueNotAvailableException`.
    public func checkRoom(for bytes: Int) async throws {
        let size = min(max(bytes, Self.trialBytes.lowerBound), Self.trialBytes.upperBound)
        try await store { try $0.change("INSERT INTO room_trial (filling) VALUES (zeroblob(?))", [size]) }
        // What a process that died has left goes too.
        try await store { try $0.change("DELETE FROM room_trial") }
    }
}
