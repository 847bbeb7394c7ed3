import Foundation
public import LIFModel
import Logging

// MARK: - Promised queries

extension QueryPlanner {
    /// A query that was promised an answer, and how far it is.
    ///
    /// - Parameter limit: How long to wait for it to end.
    /// - Throws: `LIFError` `CorrelationIDNotFound`.
    public func request(_ id: RandomID, waitingFor limit: Duration = .zero) async throws -> ProcessedRequest {
        try await requests.request(id, waitingFor: limit)
    }

    /// What has landed of a promised query.
    public func progress(of id: RandomID) async throws -> RequestProgress {
        try await requests.store.progress(of: id)
    }

    /// Parts of a promised query without their data, in the order in which they landed.
    public func outcomes(of id: RandomID, after position: Int, limit: Int) async throws -> [PositionedPart] {
        try await requests.store.outcomes(of: id, after: position, limit: limit)
    }

    /// What becomes of a promised query from a position on.
    ///
    /// - Throws: `LIFError` `CorrelationIDNotFound`, `ResultExpired`.
    public func events(of id: RandomID, after position: Int) async throws -> RequestEvents {
        if try await requests.request(id, waitingFor: .zero).state == .expired { throw Self.expired }
        return RequestEvents(of: id, after: position, cache: requests)
    }

    /// The answer to a promised query.
    ///
    /// - Parameter request: A completed one.
    public func answer(to request: ProcessedRequest) async throws -> KeptAnswer {
        KeptAnswer(request, try await requests.store.progress(of: request.id), store: requests.store)
    }

    /// Removes what has been kept long enough, until the task is cancelled.
    public func keepHouse(every interval: Duration = .seconds(600)) async {
        while !Task.isCancelled {
            do {
                try await sweep()
            } catch {
                logger.error(
                    "What is kept too long could not be removed; that is tried again later",
                    metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Removes what has been kept long enough: some at a time, so that others can write in between.
    func sweep() async throws {
        let retention = configuration.retention
        func repeated(_ kept: Duration, _ remove: (Date) async throws -> Int) async throws {
            let limit = now().addingTimeInterval(-kept.inSeconds)
            while !Task.isCancelled, try await remove(limit) == Self.sweepLimit {}
        }
        try await repeated(retention.results) {
            try await requests.store.expire(endedBefore: $0, limit: Self.sweepLimit)
        }
        try await repeated(retention.requests) {
            try await requests.store.remove(endedBefore: $0, limit: Self.sweepLimit)
        }
        try await repeated(retention.fragments) {
            try await cache.remove(storedBefore: $0, limit: Self.sweepLimit)
        }
    }

    private static let sweepLimit = 1_000
}
