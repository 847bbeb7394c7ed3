public import LIFModel

/// Where outcomes wait until they are read by job id (Orchestrator seed, "Output Queue").
///
/// An implementation passes `OutputQueueConformance` of `LIFTesting`.
public protocol OutputQueue: Sendable {
    /// Files an outcome durably before it returns. The first one of a job and part stays; later ones change nothing.
    ///
    /// - Returns: Whether this was the first.
    /// - Throws: `LIFError` `OutputWriteException`, or `OutputQueueNotAvailableException`.
    func write(_ outcome: Outcome, job: JobID, part: Int) async throws -> Bool

    /// What has landed, by part; empty for a job that is not known. Reading removes nothing.
    ///
    /// - Throws: `LIFError` `OutputReadException`, or `OutputQueueNotAvailableException`.
    func outcomes(of job: JobID) async throws -> [Int: Outcome]
}
