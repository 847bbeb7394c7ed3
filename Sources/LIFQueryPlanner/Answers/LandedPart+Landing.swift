import Foundation
import LIFModel

extension LandedPart {
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
        self.init(
            AnswerPart(
                learner: firstLearner + state.pair.learner, ordinal: state.pair.ordinal, path: state.pair.key.path,
                sourceID: state.pair.source.id, outcome: outcome, items: stored?.content?.count ?? 0,
                learnerKnown: stored?.learnerKnown ?? false, storedAt: stored?.storedAt,
                dataTimestamp: stored?.dataTimestamp,
                expiresAt: stored.map { Freshness.expiry(of: $0, at: state.pair.source) }, failure: failure,
                duration: fetch?.duration),
            content: stored?.content)
    }
}
