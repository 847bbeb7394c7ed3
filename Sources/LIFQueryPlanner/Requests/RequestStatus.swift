public import Foundation
public import LIFModel

/// How it stands with a promised query. It has not the query itself, which may be large: it is read as often as someone is
/// woken up.
public struct RequestStatus: Sendable, Hashable {
    public let id: RandomID
    public let state: ProcessedRequest.State
    /// How many parts it will have at most.
    public let expectedParts: Int
    public let acceptedAt: Date
    public let finishedAt: Date?

    public init(
        id: RandomID, state: ProcessedRequest.State, expectedParts: Int, acceptedAt: Date, finishedAt: Date?
    ) {
        self.id = id
        self.state = state
        self.expectedParts = expectedParts
        self.acceptedAt = acceptedAt
        self.finishedAt = finishedAt
    }

    public init(_ request: ProcessedRequest) {
        self.init(
            id: request.id, state: request.state, expectedParts: request.expectedParts,
            acceptedAt: request.acceptedAt, finishedAt: request.finishedAt)
    }
}
