import LIFJSON
import LIFModel
import Synchronization

/// Expects how large an answer will be, from what the sources have sent so far.
final class ExpectedVolume: Sendable {
    /// Bytes of a fragment of which nothing is known yet.
    static let unknown = 4_096

    private struct Kind: Hashable {
        let sourceID: String
        let path: FragmentPath
    }

    private struct Mean {
        var bytes = 0.0
        var count = 0.0
    }

    private let means: Mutex<[Kind: Mean]> = Mutex([:])

    func observe(_ outcome: Outcome, at keys: [FragmentKey]) {
        for key in keys where outcome.failure(at: key.path) == nil {
            let kind = Kind(sourceID: key.sourceID, path: key.path)
            let bytes = Double(outcome.content(at: key.path)?.items.bytes.count ?? 0)
            means.withLock { means in
                var mean = means[kind] ?? Mean()
                // Of the last thousand or so.
                mean.count = min(mean.count + 1, 1_000)
                mean.bytes += (bytes - mean.bytes) / mean.count
                means[kind] = mean
            }
        }
    }

    /// Bytes of the answer to what a delta is of.
    func expected(_ delta: Freshness.Delta) -> Int {
        delta.states.reduce(0) { sum, state in
            if let stored = state.stored { return sum + (stored.content?.items.bytes.count ?? 0) }
            let kind = Kind(sourceID: state.pair.source.id, path: state.pair.key.path)
            return sum + (means.withLock { $0[kind].map { Int($0.bytes) } } ?? Self.unknown)
        }
    }
}
