public import Foundation
public import LIFJSON
public import LIFModel

/// A query that was promised an answer under a correlation id (Query Planner seed, "Processed Request Cache").
public struct ProcessedRequest: Sendable, Hashable {
    public enum State: Sendable, Hashable {
        case pending
        /// The native result document.
        case completed(RawJSON)
        /// It ended without an answer: code and message of the error.
        case failed(code: String, message: String)
    }

    public let id: RandomID
    public let query: LIFQuery
    public let acceptedAt: Date
    public let state: State

    public init(id: RandomID, query: LIFQuery, acceptedAt: Date, state: State = .pending) {
        self.id = id
        self.query = query
        self.acceptedAt = acceptedAt
        self.state = state
    }
}

/// Keeps promised queries and their answers.
///
/// An implementation passes `ProcessedRequestStoreConformance` of `LIFTesting`.
public protocol ProcessedRequestStore: Sendable {
    /// Keeps the promise durably before it returns.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    func accept(_ request: ProcessedRequest) async throws

    /// Marks the request with its final state, durably. The first final state stays; an unknown id is ignored.
    func finish(_ id: RandomID, state: ProcessedRequest.State) async throws

    /// - Throws: `LIFError` `OutputReadException`.
    func request(_ id: RandomID) async throws -> ProcessedRequest?

    /// The pending ones, oldest first: what a restart takes up again.
    ///
    /// A request that cannot be decoded is left out, so that one does not keep the others from going on; `request(_:)`
    /// throws for it.
    ///
    /// - Throws: `LIFError` `OutputReadException` when the store as a whole cannot be read.
    func pending() async throws -> [ProcessedRequest]
}
