import Foundation
import LIFConcurrency
import LIFModel
import LIFTesting
import Synchronization
import Testing

@testable import LIFQueryPlanner

/// A store that has done what it was asked, and whose answer does not come.
@Suite(.timeLimit(.minutes(1))) struct LostAnswerTests {
    @Test("A query whose takeover was kept and not answered goes on at once")
    func claim() async throws {
        let machine = TestLeases.Machine()
        let (own, other) = (TestLeases(on: machine), TestLeases(on: machine))
        let isLost = Mutex(false)
        let store = ProcessedRequestStore(
            HookedJournal(after: { call in
                guard case .claim = call else { return }
                let isNow = isLost.withLock { isLost in
                    defer { isLost = false }
                    return isLost
                }
                if isNow { throw HookedJournal.diskFull }
            }))
        let cache = ProcessedRequestCache(
            store: store, leases: own, pendingLimit: 10, news: Broadcast<RandomID, Void>(.newest),
            metrics: PlannerMetrics(), logger: .silent, now: { Date(timeIntervalSince1970: 0) },
            retry: RetryPolicy(first: .milliseconds(1), longest: .milliseconds(4)),
            worker: { request, cache in _ = try? await cache.finish(request, .completed) })
        try await cache.takeOver()
        let request = ProcessedRequest(
            query: query(), acceptedAt: Date(timeIntervalSince1970: 0), holder: other.own)
        try await store.accept(request)
        isLost.withLock { $0 = true }
        other.die()
        #expect(try await cache.request(request.id, waitingFor: .seconds(10)).state == .completed)
        #expect(isLost.withLock { !$0 })
        await cache.close()
    }
}
