import Foundation
import LIFComposer
import LIFModel

extension QueryAnswer {
    /// Puts the answer together from what was kept and what was fetched. Pure.
    init(
        _ query: CanonicalQuery, catalogue: SourceCatalogue, delta: Freshness.Delta,
        fetched: [FragmentKey: FetchRegistry.Fetched]
    ) {
        var parts: [Part] = []
        var contents: [Int: [FragmentPath: [FragmentContent]]] = [:]
        // Where no source supplies the paths, none could tell; where none is to be asked about the learner, none knows.
        var mayKnow = query.paths.allSatisfy { catalogue.sources(of: $0).isEmpty }
        for state in delta.states {
            let fetch = fetched[state.pair.key]
            let (part, stored) = Self.part(of: state, fetch: fetch)
            parts.append(part)
            mayKnow = mayKnow || part.outcome == .missing || stored?.learnerKnown == true
            if let content = stored?.content {
                contents[state.pair.learner, default: [:]][state.pair.key.path, default: []].append(content)
            }
        }
        self.init(
            records: query.learners.indices.map { learner in
                Composer.record(
                    query.paths.compactMap { path in
                        contents[learner]?[path].map { Composer.Branch(path: path, contents: $0) }
                    }, projection: query.projection)
            },
            parts: parts, mayKnowLearner: mayKnow)
    }

    /// What becomes of one pair, and which fragment of it goes into the record.
    private static func part(
        of state: Freshness.State, fetch: FetchRegistry.Fetched?
    ) -> (Part, StoredFragment?) {
        var stored: StoredFragment?
        var outcome = Part.Outcome.missing
        var failure: Failure?
        var expiresAt = state.expiresAt
        if state.isFresh {
            stored = state.stored
            outcome = stored?.content == nil ? .empty : .cached
        } else {
            switch fetch?.result {
            case .success(let fragment):
                stored = fragment
                outcome = fragment.content == nil ? .empty : .fetched
                expiresAt = fragment.storedAt.addingTimeInterval(state.pair.source.timeToLive.inSeconds)
            case .failure(let reason):
                failure = reason
            case nil:
                failure = Failure(.internal, "The source was not asked.")
            }
            if failure != nil, state.isUsableOnFailure {
                stored = state.stored
                outcome = .stale
            }
        }
        let part = Part(
            learner: state.pair.learner, path: state.pair.key.path, sourceID: state.pair.source.id, outcome: outcome,
            items: stored?.content?.count ?? 0, dataTimestamp: stored?.dataTimestamp, expiresAt: expiresAt,
            failure: failure, duration: fetch?.duration)
        return (part, stored)
    }
}
