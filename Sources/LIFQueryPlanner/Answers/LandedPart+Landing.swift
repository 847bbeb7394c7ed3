import Foundation
import LIFModel

extension LandedPart {
    /// A pair that was fresh, or was served stale, a moment ago. Pure.
    init(_ stored: StoredFragment, of state: Freshness.State, firstLearner: Int) {
        let outcome: AnswerPart.Outcome =
            state.isServedStale ? .stale : stored.content == nil ? .empty : .cached
        self.init(state, stored, outcome, nil, duration: nil, firstLearner: firstLearner)
    }

    /// What becomes of one pair, and which data of it goes into the record. Pure.
    ///
    /// - Parameters:
    ///   - fetch: What the fetch of the pair brought; `nil` when the pair needed none.
    ///   - firstLearner: The index of the question's first learner in what was asked.
    init(_ state: Freshness.State, fetch: FetchRegistry.Fetched?, firstLearner: Int) {
        var stored: StoredFragment?
        var outcome = AnswerPart.Outcome.missing
        var failure: Failure?
        switch fetch?.result {
        case .success(let fragment):
            stored = fragment
            outcome = fragment.content == nil ? .empty : .fetched
        case .failure(let reason):
            failure = reason
            if state.isUsableOnFailure {
                stored = state.stored
                outcome = .stale
            }
        case nil where state.isFresh:
            stored = state.stored
            outcome = stored?.content == nil ? .empty : .cached
        case nil where state.isServedStale:
            stored = state.stored
            outcome = .stale
        case nil:
            failure = Failure(.internal, "The source was not asked.")
        }
        self.init(state, stored, outcome, failure, duration: fetch?.duration, firstLearner: firstLearner)
    }

    private init(
        _ state: Freshness.State, _ stored: StoredFragment?, _ outcome: AnswerPart.Outcome, _ failure: Failure?,
        duration: Duration?, firstLearner: Int
    ) {
        self.init(
            AnswerPart(
                learner: firstLearner + state.pair.learner, ordinal: state.pair.ordinal, path: state.pair.key.path,
                sourceID: state.pair.source.id, outcome: outcome, items: stored?.content?.count ?? 0,
                learnerKnown: stored?.learnerKnown ?? false, storedAt: stored?.storedAt,
                dataTimestamp: stored?.dataTimestamp,
                expiresAt: stored.map { Freshness.expiry(of: $0, at: state.pair.source) }, failure: failure,
                duration: duration),
            content: stored?.content)
    }
}
