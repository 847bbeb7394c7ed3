public import Foundation
public import LIFModel

/// Decides what is fresh: the only place that does. Pure; the clock is passed in (ARCHITECTURE.md, "Targets").
public enum Freshness {
    /// One (learner, path, source) that a query wants. It is complete when the source has answered and the answer has
    /// not expired; empty is an answer too.
    public struct Pair: Sendable, Hashable {
        /// The learner's index in the query.
        public let learner: Int
        /// The place among the learner's pairs, as in `AnswerPart`.
        public let ordinal: Int
        /// The source that is asked for it.
        public let source: InformationSource
        /// Under which key the cache keeps it.
        public let key: FragmentKey
    }

    /// A wanted pair and what is kept of it.
    public struct State: Sendable, Hashable {
        /// What is wanted.
        public let pair: Pair
        /// What is kept, fresh or not; `nil` when there is nothing or it has another origin.
        public let stored: StoredFragment?
        /// Whether what is kept is fresh: not expired, fetched at `asOf` or later, and not stored by a clock that is ahead.
        public let isFresh: Bool
        /// When it stops being fresh.
        public let expiresAt: Date?
        /// Expired, and served nevertheless while the source is asked again (`stale_while_revalidate`).
        public let isServedStale: Bool
        /// Not fresh, but may be served if the source fails (`stale_if_error`).
        public let isUsableOnFailure: Bool
    }

    /// What a query has and what it lacks.
    public struct Delta: Sendable, Hashable {
        /// Every wanted pair, in the query's and the configuration's order.
        public let states: [State]
        /// When the record of a key was last changed, where that is known: a fetch that began before does not do.
        public var changedAt: [FragmentKey: Date] = [:]
        /// How much had landed before the cache was looked at (`RequestCoalescer.landingCount`).
        var landings = 0

        /// A comparison as `Freshness.delta` makes it.
        public init(states: [State], changedAt: [FragmentKey: Date] = [:]) {
            self.states = states
            self.changedAt = changedAt
        }

        /// What must be fetched before the query can be answered.
        public var missing: [Pair] { states.filter { !$0.isFresh && !$0.isServedStale }.map(\.pair) }

        /// What is to be fetched after the answer.
        public var revalidations: [Pair] { states.filter(\.isServedStale).map(\.pair) }

        /// Whether the query can be answered from what is kept.
        public var isEmpty: Bool { states.allSatisfy { $0.isFresh || $0.isServedStale } }

        /// Whether everything is fresh: nothing is missing, and nothing is served stale.
        public var isWhollyFresh: Bool { states.allSatisfy(\.isFresh) }

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
            for (place, path) in query.paths.enumerated() {
                for (number, source) in catalogue.sources(of: path).enumerated() {
                    guard let known = identities[learner][source.id], source.knowsType(of: known) else { continue }
                    let key = FragmentKey(sourceID: source.id, learner: known, path: path)
                    pairs.append(
                        Pair(learner: learner, ordinal: ordinal(path: place, source: number), source: source, key: key))
                }
            }
        }
        return pairs
    }

    /// - Parameters:
    ///   - path: The path's place in the query.
    ///   - source: The source's place among those of the path.
    static func ordinal(path: Int, source: Int) -> Int { path << 16 | min(source, 0xFFFF) }

    /// Compares what is wanted with what is kept.
    ///
    /// - Parameter asOf: What was fetched before is not fresh for this query.
    public static func delta(
        _ pairs: [Pair], stored: [FragmentKey: StoredFragment], now: Date, asOf: Date? = nil
    ) -> Delta {
        Delta(states: pairs.map { state(of: $0, stored: stored[$0.key], now: now, asOf: asOf) })
    }

    private static func state(of pair: Pair, stored: StoredFragment?, now: Date, asOf: Date?) -> State {
        guard let stored, stored.origin == pair.source.origin else {
            return State(
                pair: pair, stored: nil, isFresh: false, expiresAt: nil, isServedStale: false, isUsableOnFailure: false)
        }
        let expiresAt = expiry(of: stored.storedAt, at: pair.source)
        // What claims to come from later was stored by a clock that was ahead; it is not to be believed for longer.
        let isBelieved = stored.storedAt <= now.addingTimeInterval(StoredFragment.clockSkew)
        let isFresh = isBelieved && now < expiresAt && asOf.map { stored.storedAt >= $0 } ?? true
        let servedUntil = expiresAt.addingTimeInterval(pair.source.staleWhileRevalidate.inSeconds)
        let usableUntil = expiresAt.addingTimeInterval(pair.source.staleIfError.inSeconds)
        return State(
            pair: pair, stored: stored, isFresh: isFresh, expiresAt: isFresh ? expiresAt : nil,
            isServedStale: !isFresh && isBelieved && asOf == nil && now < servedUntil,
            isUsableOnFailure: !isFresh && now < usableUntil)
    }

    static func expiry(of storedAt: Date, at source: InformationSource) -> Date {
        storedAt.addingTimeInterval(source.timeToLive.inSeconds)
    }
}
