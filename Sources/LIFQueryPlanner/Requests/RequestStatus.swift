public import Foundation
public import LIFModel

/// How it stands with an asynchronous query. It has not the query itself, which may be large: it is read as often as someone is
/// woken up.
public struct RequestStatus: Sendable, Hashable {
    /// The correlation id.
    public let id: RandomID
    /// Whether it goes on, or how it ended.
    public let state: ProcessedRequest.State
    /// How many parts it will have at most.
    public let expectedParts: Int
    /// When it was accepted.
    public let acceptedAt: Date
    /// When it ended; `nil` while it is pending.
    public let finishedAt: Date?

    /// A status as a store has read it.
    public init(
        id: RandomID, state: ProcessedRequest.State, expectedParts: Int, acceptedAt: Date, finishedAt: Date?
    ) {
        self.id = id
        self.state = state
        self.expectedParts = expectedParts
        self.acceptedAt = acceptedAt
        self.finishedAt = finishedAt
    }

    /// The status of a request whose query was read too.
    public init(_ request: ProcessedRequest) {
        self.init(
            id: request.id, state: request.state, expectedParts: request.expectedParts,
            acceptedAt: request.acceptedAt, finishedAt: request.finishedAt)
    }
}
