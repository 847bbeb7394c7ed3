import Foundation
public import LIFModel
import Logging

// MARK: - Asynchronous queries

extension QueryPlanner {
    /// An asynchronous query, and how far it is.
    ///
    /// What has been kept long enough is as if it were removed already.
    ///
    /// - Parameter limit: How long to wait for it to end.
    /// - Throws: `LIFError` `CorrelationIDNotFound`.
    public func request(_ id: RandomID, waitingFor limit: Duration = .zero) async throws -> ProcessedRequest {
        let request = try await requests.request(id, waitingFor: limit)
        let kept = configuration.retention.kept(of: request, now: now())
        if kept == .all { return request }
        // Nor is anything withheld for its age by a clock that is not believed.
        guard let time = await retentionClock.timeForRemoval() else { return request }
        switch configuration.retention.kept(of: request, now: time) {
        case .all: return request
        case .id: return request.asExpired
        case .nothing: throw LIFError(.correlationIDNotFound, "There is no query of this correlation id.")
        }
    }

    /// How many asynchronous queries of this process wait as the store does not take what they have, and why one of them does,
    /// though the store can be read; `nil` when none does.
    public var waitingForStore: (count: Int, reason: LIFError)? { requests.waiting }

    /// What has landed of an asynchronous query.
    public func progress(of id: RandomID) async throws -> RequestProgress {
        try await requests.store.progress(of: id)
    }

    /// Parts of an asynchronous query without their data, in the order in which they landed.
    public func outcomes(of id: RandomID, after position: Int, limit: Int) async throws -> [PositionedPart] {
        try await requests.store.outcomes(of: id, after: position, limit: limit)
    }

    /// What becomes of an asynchronous query from a position on.
    ///
    /// - Throws: `LIFError` `CorrelationIDNotFound`, `ResultExpired`.
    public func events(of id: RandomID, after position: Int) async throws -> RequestEvents {
        if try await request(id).state == .expired { throw Self.expired }
        return RequestEvents(of: id, after: position, cache: requests)
    }

    /// The answer to an asynchronous query.
    ///
    /// - Parameter request: A completed one.
    public func answer(to request: ProcessedRequest) async throws -> KeptAnswer {
        KeptAnswer(request, try await requests.store.progress(of: request.id), store: requests.store)
    }

    /// Removes what has been kept long enough, and takes up asynchronous queries that nobody works on, until the task is
    /// cancelled.
    public func keepHouse(every interval: Duration = .seconds(600)) async {
        while !Task.isCancelled {
            do {
                try await requests.takeUp()
            } catch {
                logger.error(
                    "Asynchronous queries that nobody works on could not be looked for; that is tried again later",
                    metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
            }
            do {
                try await sweep()
            } catch {
                logger.error(
                    "Expired data could not be removed; this will be tried again",
                    metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Removes what has been kept long enough: some at a time, so that others can write in between.
    func sweep() async throws {
        let retention = configuration.retention
        func repeated(_ kept: Duration, _ remove: (Date) async throws -> Int) async throws {
            guard let now = await retentionClock.timeForRemoval() else { return }
            let limit = now.addingTimeInterval(-kept.inSeconds)
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

extension ProcessedRequest {
    /// As it is when its answer has been removed.
    fileprivate var asExpired: ProcessedRequest {
        ProcessedRequest(
            id: id, query: query, asOf: asOf, via: via, expectedParts: expectedParts, acceptedAt: acceptedAt,
            holder: holder, fence: fence, state: .expired, finishedAt: finishedAt)
    }
}
