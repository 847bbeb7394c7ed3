import Foundation
import LIFModel

@testable import LIFQueryPlanner

/// What has come of one pair.
struct Landing: Sendable {
    let key: FragmentKey
    let outcome: Outcome
    let startedAt: Date
    var error: LIFError?

    var failure: Failure? { outcome.failure(at: key.path) }
}

extension FetchRegistry {
    typealias LandAll = @Sendable ([Landing]) -> Void

    /// What comes of the pairs, as it comes; whoever ends the stream leaves.
    func stream(
        _ requests: [Request], now: Date,
        fetch: @escaping @Sendable ([FragmentKey], @escaping LandAll) async throws -> Void
    ) -> AsyncStream<Landing> {
        let (stream, continuation) = AsyncStream.makeStream(of: Landing.self)
        let waiter = join(requests, now: now) { keys, outcome, startedAt, error in
            for key in keys {
                continuation.yield(Landing(key: key, outcome: outcome, startedAt: startedAt, error: error))
            }
        } fetch: { owned, land in
            try await fetch(owned) { for landing in $0 { land([landing.key], landing.outcome, landing.startedAt) } }
        }
        let waiting = Task {
            await wait(for: waiter)
            continuation.finish()
        }
        continuation.onTermination = { _ in waiting.cancel() }
        return stream
    }
}
