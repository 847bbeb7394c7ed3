public import LIFModel

/// Keeps accepted jobs. The truth about a job is here (its plan) and in the `OutputQueue` (its outcomes).
///
/// An implementation passes `JobStoreConformance` of `LIFTesting`.
public protocol JobStore: Sendable {
    /// Keeps a job durably before it returns.
    ///
    /// - Returns: The job that now holds the idempotency key: this one, or the one accepted with that key earlier.
    /// - Throws: `LIFError` `JobPostException` when it cannot be kept.
    func accept(_ job: Job) async throws -> Job

    /// - Throws: `LIFError` `OutputReadException`.
    func job(_ id: JobID) async throws -> Job?

    /// The jobs not yet marked finished, oldest first: what a restart must look at.
    ///
    /// A job that cannot be decoded is left out, so that one does not keep the others from going on; `job(_:)` throws for
    /// it.
    ///
    /// - Throws: `LIFError` `OutputReadException` when the store as a whole cannot be read.
    func unfinished() async throws -> [Job]

    /// Marks that each part has its outcome, so that a restart need not look. Repeating it changes nothing.
    func markFinished(_ id: JobID) async throws
}
