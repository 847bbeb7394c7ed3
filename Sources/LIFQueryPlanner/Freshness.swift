public import Foundation
public import LIFModel

/// Decides what is fresh: the only place that does. Pure; the clock is passed in (ARCHITECTURE.md, "Targets").
public enum Freshness {
    /// One (learner, path, source) that a query wants. It is complete when the source has answered and the answer has
    /// not expired; empty is an answer too.
    public struct Pair: Sendable, Hashable {
        /// The learner's index in the query.
        public let learner: Int
        public let source: InformationSource
        public let key: FragmentKey
    }

    /// A wanted pair and what is kept of it.
    public struct State: Sendable, Hashable {
        public let pair: Pair
        /// What is kept, fresh or not; `nil` when there is nothing or it has another origin.
        public let stored: StoredFragment?
        public let isFresh: Bool
        /// When it stops being fresh.
        public let expiresAt: Date?
        /// Expired, but may be served if the source fails (`stale_if_error`).
        public let isUsableOnFailure: Bool
    }

    /// What a query has and what it lacks.
    public struct Delta: Sendable, Hashable {
        /// Every wanted pair, in the query's and the configuration's order.
        public let states: [State]

        /// What must be fetched.
        public var missing: [Pair] { states.filter { !$0.isFresh }.map(\.pair) }

        public var isEmpty: Bool { states.allSatisfy(\.isFresh) }

        /// Until when the answer stays as it is: the earliest expiry.
        public var validUntil: Date? { states.compactMap(\.expiresAt).min() }
    }

    /// The pairs of a query: learners × paths × the sources configured for each path.
    ///
    /// - Parameter identities: For each learner of the query, how each source knows them, by source id. A source that is
    ///   absent, or does not know that type of identifier, is not asked.
    public static func pairs(
        of query: CanonicalQuery, catalogue: SourceCatalogue, identities: [[String: LearnerIdentifier]]
    ) -> [Pair] {
        var pairs: [Pair] = []
        for learner in query.learners.indices {
            for path in query.paths {
                for source in catalogue.sources(of: path) {
                    guard let known = identities[learner][source.id], source.knowsType(of: known) else { continue }
                    let key = FragmentKey(sourceID: source.id, learner: known, path: path)
                    pairs.append(Pair(learner: learner, source: source, key: key))
                }
            }
        }
        return pairs
    }

    /// Compares what is wanted with what is kept.
    public static func delta(_ pairs: [Pair], stored: [FragmentKey: StoredFragment], now: Date) -> Delta {
        Delta(states: pairs.map { state(of: $0, stored: stored[$0.key], now: now) })
    }

    private static func state(of pair: Pair, stored: StoredFragment?, now: Date) -> State {
        guard let stored, stored.origin == pair.source.origin else {
            return State(pair: pair, stored: nil, isFresh: false, expiresAt: nil, isUsableOnFailure: false)
        }
        let expiresAt = stored.storedAt.addingTimeInterval(pair.source.timeToLive.inSeconds)
        let usableUntil = expiresAt.addingTimeInterval(pair.source.staleIfError.inSeconds)
        // What claims to come from later was stored by a clock that was ahead; it is not to be believed for longer.
        let isFresh = now < expiresAt && stored.storedAt <= now.addingTimeInterval(StoredFragment.clockSkew)
        return State(
            pair: pair, stored: stored, isFresh: isFresh, expiresAt: isFresh ? expiresAt : nil,
            isUsableOnFailure: !isFresh && now < usableUntil)
    }
}
